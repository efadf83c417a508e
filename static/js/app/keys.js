// Keys: / searches, ? lists the keys, Ctrl or Cmd and Enter sends, Esc closes a
// menu. Single keys can be switched off in the list (WCAG 2.1.4).

const single = () => localStorage.getItem("keys") !== "off";
const search = () => {
  const field = [...document.querySelectorAll("[data-search]")].find((found) => found.checkVisibility());
  if (!field) return false;
  if (field.matches("a")) field.click();
  else field.focus();
  return true;
};

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const list = () => {
  const row = (keys, text) => [element("dt", {}, element("kbd", {}, keys)), element("dd", {}, text)];
  const box = element("input", { type: "checkbox", id: "single-keys", class: "switch", role: "switch" });
  box.checked = single();
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  const button = element("button", { type: "button", class: "btn" }, word("close"));
  const dialog = element("dialog", { class: "dialog", "aria-labelledby": "keys-title" },
    element("div", { class: "dialog__head" }, element("h1", { id: "keys-title" }, word("keys_title"))),
    element("div", { class: "dialog__body" },
      element("dl", { class: "kv" }, ...row("/", word("keys_search")), ...row("?", word("keys_help")),
        ...row("Esc", word("close")), ...row("Ctrl + Enter", word("keys_send"))),
      element("div", { class: "cluster" }, box, element("label", { for: "single-keys" }, word("keys_single")))),
    element("div", { class: "dialog__foot" }, button));
  button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  button.focus();
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !single()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/" && search()) event.preventDefault();
  if (event.key === "?") {
    event.preventDefault();
    list();
  }
});

// The way to the list for those who have switched it off, or have no such key.
on("click", "button[data-keys]", list);

// A menu closes when somebody clicks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
