// A form is sent once, and its mistakes are what one reads first.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  // An answer that is a download leaves the page: let go again.
  setTimeout(() => release(form), 10_000);
});

const release = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};
// Coming Back, a browser may show the page as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});

// In a dialog that the server put over its page, the dialog does this.
const summary = document.querySelector(".error-summary");
if (summary && !summary.closest("dialog")) summary.focus();
