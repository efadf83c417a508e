// A form is sent once, and its mistakes are what one reads first.

const letGo = new WeakMap(); // form → the timer that lets it be sent again

// The last to hear of it: who sends a form in another way has said so by then.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  // An answer that is a download, or none because somebody stopped it, leaves the page: let go again.
  clearTimeout(letGo.get(form));
  letGo.set(form, setTimeout(() => release(form), 10_000));
});

// Coming Back, a browser may show the page as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});

// In a dialog that the server put over its page, the dialog does this.
const summary = document.querySelector(".error-summary");
if (summary && !summary.closest("dialog")) summary.focus();
