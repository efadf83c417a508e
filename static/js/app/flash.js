// A flash goes after eight seconds in which nobody points at it or is in it.
// Failures carry data-stay and wait to be dismissed.

for (const flash of document.querySelectorAll(".flash:not([data-stay])")) {
  let timer;
  const start = () => (timer = setTimeout(() => flash.remove(), 8000));
  const stop = () => clearTimeout(timer);
  for (const type of ["pointerenter", "focusin"]) flash.addEventListener(type, stop);
  for (const type of ["pointerleave", "focusout"]) {
    flash.addEventListener(type, () => {
      stop();
      if (!flash.matches(":hover, :focus-within")) start();
    });
  }
  start();
}

on("click", ".flash [data-dismiss]", (event, button) => {
  event.preventDefault();
  button.closest(".flash").remove();
});
