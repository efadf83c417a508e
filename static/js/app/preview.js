// data-preview="field" on a button shows in #field-preview what the text of that field will
// look like, and goes on showing it while one types. Without script the button sends the form.

const previews = new WeakMap(); // pane → {timer, abort}

const paneOf = (field) => document.getElementById(`${field.id}-preview`);

const look = async (field) => {
  const pane = paneOf(field);
  const text = pane.querySelector("[data-preview-text]");
  previews.get(pane)?.abort?.abort();
  const abort = new AbortController();
  previews.set(pane, { abort });
  const body = new URLSearchParams({ text: field.value });
  const csrf = field.form.elements.csrf?.value;
  if (csrf) body.set("csrf", csrf);
  pane.ariaBusy = "true";
  try {
    const response = await ask(pane.dataset.previewUrl, { method: "POST", body, signal: abort.signal });
    if (!response.ok || where(response)) return; // the text and the old preview stay
    const fresh = parse(await response.text()).querySelector("[data-preview-text]");
    if (fresh && !abort.signal.aborted) text.replaceWith(fresh);
  } catch {
    // Typing on tries again.
  } finally {
    pane.removeAttribute("aria-busy");
  }
};

on("click", "[data-preview]", async (event) => {
  const button = event.target.closest("[data-preview]");
  const field = button.form.querySelector(`#${CSS.escape(button.dataset.preview)}`);
  const pane = field && paneOf(field);
  if (!pane) return;
  event.preventDefault();
  const shown = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!shown));
  pane.hidden = shown;
  if (shown) return;
  await look(field);
  pane.scrollIntoView({ block: "nearest" });
});

on("input", "textarea", (event) => {
  const pane = paneOf(event.target);
  if (!pane?.dataset.previewUrl || pane.hidden) return;
  const state = previews.get(pane) ?? {};
  clearTimeout(state.timer);
  previews.set(pane, { ...state, timer: setTimeout(() => look(event.target), 400) });
});
