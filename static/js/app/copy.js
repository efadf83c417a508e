// data-copy copies its text, data-copy-from the text or value of an element.

on("click", "button[data-copy], button[data-copy-from]", async (event, button) => {
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.textContent).trim() : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https, browsers refuse: mark the text, so that a key copies it.
    if (source) {
      getSelection().selectAllChildren(source);
      source.select?.();
    }
    return complain(word("copy_failed"));
  }
  announce(word("copied"));
  const label = [...button.childNodes].findLast((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!label || button.dataset.said) return;
  button.dataset.said = label.data;
  label.data = word("copied");
  setTimeout(() => {
    label.data = button.dataset.said;
    delete button.dataset.said;
  }, 2000);
});
