// Dialogs are pages with a URL of their own. A link with data-dialog shows its
// dialog over the page that is there; whatever goes wrong, the link is followed.

const opened = []; // from the lowest to the topmost: {dialog, opener, url, beneath, clean}
const base = history.state?.dialogs ?? 0; // this page itself may be one that a dialog's URL gave
let sure = false; // the person has said that the text may go

const snapshot = (dialog) =>
  [...dialog.querySelectorAll("form")].map((form) => [...new FormData(form)].map(([name, value]) => `${name}=${value.name ?? value}`).join("&")).join("\n");
const mayClose = (entry) => snapshot(entry.dialog) === entry.clean || confirm(word("discard"));

const focusFirst = (dialog) => {
  const field = ".dialog__body :is(input, select, textarea):not([type=hidden], :disabled, [readonly])";
  const candidates = [".error-summary", "[autofocus]", "[data-safe]", field, ".dialog__foot :is(a, button)"];
  for (const selector of candidates) {
    const element = [...dialog.querySelectorAll(selector)].find((found) => found.checkVisibility());
    if (element) return element.focus();
  }
};

// Tabs whose links name a part of the dialog show one part at a time. A part
// with a mistake is shown first.
const select = (link) => {
  for (const other of link.closest(".tabs").querySelectorAll("a[data-panel]")) {
    const chosen = other === link;
    if (chosen) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
    const panel = document.getElementById(other.dataset.panel);
    if (panel) panel.hidden = !chosen;
  }
};
const startTabs = (within) => {
  for (const tabs of within.querySelectorAll(".tabs:has(a[data-panel])")) {
    const links = [...tabs.querySelectorAll("a[data-panel]")];
    const wrong = links.find((link) => document.getElementById(link.dataset.panel)?.querySelector("[aria-invalid=true], .error"));
    select(wrong ?? links.find((link) => link.hash === location.hash && link.hash) ?? links.find((link) => link.hasAttribute("aria-current")) ?? links[0]);
  }
};

const show = (dialog, opener, url) => {
  dialog.removeAttribute("open");
  const entry = { dialog, opener, url, beneath: location.href };
  opened.push(entry);
  document.body.append(dialog);
  dialog.showModal();
  history.pushState({ dialogs: base + opened.length }, "", url);
  startTabs(dialog);
  entry.clean = snapshot(dialog);
  focusFirst(dialog);
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return; // a file picker in it was cancelled
    event.preventDefault();
    close(entry);
  });
  // Some browsers close at the second Esc whatever we say.
  dialog.addEventListener("close", () => {
    if (!opened.includes(entry)) return;
    sure = true;
    history.back();
  });
};

const close = (entry) => {
  if (!mayClose(entry)) return;
  sure = true;
  history.back(); // the rest happens in popstate, as for the Back button
};

addEventListener("popstate", (event) => {
  const depth = event.state?.dialogs ?? 0;
  if (depth < base || depth > base + opened.length) return location.reload();
  while (base + opened.length > depth) {
    const entry = opened.at(-1);
    if (!sure && !mayClose(entry)) {
      history.pushState({ dialogs: base + opened.length }, "", entry.url);
      return;
    }
    opened.pop();
    entry.dialog.close();
    entry.dialog.remove();
    const opener = entry.opener.checkVisibility() ? entry.opener : entry.opener.closest("details")?.querySelector("summary");
    opener?.focus();
  }
  sure = false;
});

on("click", "a[data-dialog]", async (event, link) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const response = await ask(link.href);
    const dialog = response.ok && !where(response) && parse(await response.text()).querySelector("dialog");
    if (!dialog) return go(link.href);
    link.closest("details.menu")?.removeAttribute("open");
    show(dialog, link, link.href);
  } catch {
    go(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
});

on("click", "a[data-panel]", (event, link) => {
  event.preventDefault();
  select(link);
});

on("click", "dialog [data-close]", (event, link) => {
  const entry = opened.find(({ dialog }) => dialog.contains(link));
  if (!entry) return; // the server's own dialog page: follow the link
  event.preventDefault();
  close(entry);
});

// A link to a field moves the focus, and not the history that dialogs rely on.
on("click", ".error-summary a[href*='#'], dialog a[href^='#']:not([data-panel])", (event, link) => {
  const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  for (const panel of [...document.querySelectorAll("a[data-panel]")]) {
    if (document.getElementById(panel.dataset.panel)?.contains(field)) select(panel);
  }
  field.scrollIntoView({ block: "center" });
  field.focus();
});

// A form in an opened dialog is sent from here: mistakes come back into the
// dialog, success goes on to the page that the server names.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const entry = opened.find(({ dialog }) => dialog.contains(form));
  if (!entry || event.defaultPrevented || form.method !== "post") return;
  event.preventDefault();
  if ("sent" in form.dataset) return;
  form.dataset.sent = "";
  let submitter = event.submitter;
  // A button that looks something up stands first in its form, so that Enter in
  // any field presses it. It is meant only beside its own field.
  const looksUp = submitter?.formMethod === "get";
  if (looksUp && !submitter.parentElement.contains(document.activeElement)) submitter = null;
  submitter?.setAttribute("aria-busy", "true");
  let leaving = false; // to the next page: the form stays sent until it is there
  const leave = (url) => {
    leaving = true;
    go(url);
  };
  try {
    const data = new FormData(form, submitter);
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? entry.url;
    if (looksUp && submitter) {
      const fields = new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
      const found = parse(await (await ask(`${action.split("#")[0]}?${fields}`)).text()).querySelector("dialog");
      return found ? swap(entry, found) : complain(word("failed"));
    }
    const response = await ask(action, { method: "POST", body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data) });
    if (where(response)) return leave(where(response));
    const next = parse(await response.text()).querySelector("dialog");
    if (next) swap(entry, next);
    else if (response.ok) leave(entry.beneath);
    else if (response.status === 401) form.submit(); // the sign-in page keeps what was typed
    else complain(word("failed"));
  } catch {
    complain(word("failed"));
  } finally {
    if (!leaving) release(form);
  }
});

const swap = (entry, next) => {
  entry.dialog.className = next.className;
  entry.dialog.replaceChildren(...next.childNodes);
  startTabs(entry.dialog);
  focusFirst(entry.dialog);
};

// The dialog that the server put over its page: Esc follows its close link, and
// asks first as the others do.
const served = document.querySelector(".dialog-layer > dialog[open]");
startTabs(document);
if (served) {
  const entry = { dialog: served, clean: snapshot(served) };
  focusFirst(served);
  document.addEventListener("keydown", (event) => {
    const link = served.querySelector("a[data-close]");
    if (event.key === "Escape" && link && !opened.length && mayClose(entry)) link.click();
  });
}
