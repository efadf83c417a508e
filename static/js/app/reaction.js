// A reaction and the button that follows a thread show at once what they will
// be, and go back when the server refuses.

const sendQuietly = (form, button) =>
  ask(button.getAttribute("formaction") ?? form.getAttribute("action"), { method: "POST", body: typed(form, button) }).then((response) => {
    if (!response.ok || where(response)) throw new Error(response.statusText);
    return response;
  });

const reactAtOnce = (form, button) => {
  const chip = form.querySelector(`:scope > .reaction[value="${button.value}"]`);
  for (const one of form.querySelectorAll(`button[value="${button.value}"]`)) {
    one.setAttribute("aria-pressed", String(one.getAttribute("aria-pressed") !== "true"));
  }
  const count = chip?.querySelector("[data-count]");
  if (count && /^\d+$/.test(count.textContent)) {
    count.textContent = Number(count.textContent) + (chip.getAttribute("aria-pressed") === "true" ? 1 : -1);
  }
  const menu = form.querySelector("details");
  if (menu) menu.open = false;
};

// choose puts the signs where somebody wants to react. They stand in the page
// once; what differs is whose they are by now.
const choose = (link) => {
  const form = link.closest("form");
  const menu = document.getElementById("reaction-menu").content.cloneNode(true).querySelector("details");
  for (const chip of form.querySelectorAll(':scope > button[aria-pressed="true"]')) {
    const sign = menu.querySelector(`button[value="${chip.value}"]`);
    sign.setAttribute("aria-pressed", "true");
    sign.setAttribute("formaction", chip.getAttribute("formaction"));
  }
  const who = menu.querySelector("a");
  if (form.querySelector(":scope > button")) who.href = link.href;
  else who.remove();
  link.replaceWith(menu);
  menu.open = true;
  menu.querySelector("summary").focus();
};

const react = async (form, button) => {
  if (form.ariaBusy === "true") return;
  const was = form.cloneNode(true);
  const inside = button.closest("details") ? "[data-react]" : `:scope > [value="${button.value}"]`;
  const put = (fresh) => {
    // Closing the panel took the focus from the button in it.
    const here = document.activeElement === document.body || form.contains(document.activeElement);
    form.replaceWith(fresh);
    if (here) (fresh.querySelector(inside) ?? fresh.querySelector("[data-react], summary")).focus();
  };
  form.ariaBusy = "true";
  reactAtOnce(form, button);
  try {
    const response = await sendQuietly(form, button);
    const fresh = parse(await response.text()).getElementById(form.id);
    if (!fresh) throw new Error("no reactions in the answer");
    put(fresh);
  } catch {
    put(was);
    complain(word("failed"));
  }
};

const follow = async (form, button) => {
  const show = (following) => {
    button.setAttribute("aria-pressed", String(following));
    button.value = following ? "off" : "on";
    button.querySelector("[data-label]").textContent = following ? button.dataset.on : button.dataset.off;
  };
  if (form.ariaBusy === "true") return;
  const was = button.getAttribute("aria-pressed") === "true";
  const sent = sendQuietly(form, button); // with the value that the button had
  form.ariaBusy = "true";
  show(!was);
  try {
    await sent;
  } catch {
    show(was);
    complain(word("failed"));
  } finally {
    form.removeAttribute("aria-busy");
  }
};

on("click", "a[data-react]", (event, link) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  choose(link);
});

// Before the form would be sent as a page.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const act = "reactions" in form.dataset ? react : "follow" in form.dataset ? follow : null;
    if (!act || !event.submitter) return;
    event.preventDefault();
    act(form, event.submitter);
  },
  true,
);
