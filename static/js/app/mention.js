// A box of people opens while one types a name after "@" in a field with
// data-mentions, which names where they are found. The focus stays in the
// field: arrows move through the list, Enter or Tab takes, Esc closes.

const mentionBoxes = new WeakMap(); // field → {list, start, timer, abort}

const typedMention = (field) => {
  if (field.selectionStart !== field.selectionEnd) return null;
  const before = field.value.slice(0, field.selectionStart);
  const start = Math.max(before.lastIndexOf("@"), before.lastIndexOf("＠"));
  if (start < 0) return null;
  const query = before.slice(start + 1);
  if (query.length > 60 || /[\n\r]|^\s|\s\s/.test(query)) return null;
  if (/[a-z0-9._%+\-\\@＠]/i.test(before[start - 1] ?? " ")) return null; // an address, or within a word
  return { start, query };
};

const closeMentions = (field) => {
  const box = mentionBoxes.get(field);
  clearTimeout(box?.timer);
  box?.abort?.abort();
  box?.list?.remove();
  mentionBoxes.delete(field);
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) field.removeAttribute(name);
};

const markMention = (field, option) => {
  const { list } = mentionBoxes.get(field);
  for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

const takeMention = (field, option) => {
  const { start } = mentionBoxes.get(field);
  field.setRangeText(`@${option.dataset.insert} `, start, field.selectionStart, "end");
  closeMentions(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true })); // drafts and previews follow
};

const askMentions = async (field, found) => {
  const url = new URL(field.dataset.mentions, location.href);
  url.searchParams.set("q", found.query);
  const audience = field.form?.elements.namedItem("audience")?.value;
  if (audience) url.searchParams.set("audience", audience);
  const abort = new AbortController();
  mentionBoxes.get(field).abort = abort;
  try {
    const response = await ask(url, { signal: abort.signal });
    if (!response.ok || where(response)) return closeMentions(field);
    const list = parse(await response.text()).querySelector("[role=listbox]");
    if (abort.signal.aborted || document.activeElement !== field) return;
    if (!list?.children.length) return closeMentions(field);
    const box = mentionBoxes.get(field);
    box.list?.remove();
    box.list = list;
    list.id = `${field.id}-mentions`;
    field.after(list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    markMention(field, list.firstElementChild);
    announce(list.dataset.count);
  } catch {
    // The name can be typed on: the server finds it.
  }
};

on("input", "[data-mentions]", (event, field) => {
  if (event.isComposing) return; // a Japanese name is not finished yet
  const found = typedMention(field);
  if (!found) return closeMentions(field);
  const box = mentionBoxes.get(field) ?? {};
  clearTimeout(box.timer);
  box.abort?.abort();
  box.start = found.start;
  box.timer = setTimeout(() => askMentions(field, found), 150);
  mentionBoxes.set(field, box);
});
on("compositionend", "[data-mentions]", (event, field) => field.dispatchEvent(new Event("input", { bubbles: true })));

// Before the dialog and the keys of the page hear of it.
document.addEventListener(
  "keydown",
  (event) => {
    const field = event.target;
    const list = mentionBoxes.get(field)?.list;
    if (!list || event.isComposing) return;
    const options = [...list.children];
    const at = options.findIndex((option) => option.ariaSelected === "true");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (event.key === "Escape") closeMentions(field);
    else if (event.key === "ArrowDown" && plain) markMention(field, options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp" && plain) markMention(field, options[(at - 1 + options.length) % options.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && plain) takeMention(field, options[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// The focus stays in the field while one chooses with the pointer.
on("mousedown", ".mentions", (event) => event.preventDefault());
on("click", ".mentions__option", (event, option) => {
  const field = document.getElementById(option.parentElement.id.replace(/-mentions$/, ""));
  takeMention(field, option);
});
on("focusout", "[data-mentions]", (event, field) => closeMentions(field));

on("click", "[data-mention-in]", (event, button) => {
  const field = document.getElementById(button.dataset.mentionIn);
  const before = field.value.slice(0, field.selectionStart);
  field.focus();
  field.setRangeText(/(^|\s)$/.test(before) ? "@" : " @", field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
