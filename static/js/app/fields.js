// Fields that help: show a password, how strong it is, the blank in a code,
// the reader's time zone, all boxes at once, a mistyped address put right.

on("click", "button[data-show]", (event, button) => {
  const field = document.getElementById(button.dataset.show);
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.ariaPressed = String(!shown);
});
// Browsers offer to keep a password only from a password field.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button[data-show][aria-pressed=true]")) button.click();
});

// strength is a rough estimate from 1 to 4; the server decides with its own.
const strength = (password, others) => {
  let text = password.toLowerCase();
  for (const other of others) if (other.length > 2) text = text.replaceAll(other, "");
  text = text.replace(/(.)\1+/gu, "$1$1");
  let steps = 0;
  for (let i = 1; i < text.length; i++) if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) > 1) steps++;
  let pool = 0;
  if (/\p{Ll}/u.test(password)) pool += 26;
  if (/\p{Lu}/u.test(password)) pool += 26;
  if (/\d/.test(password)) pool += 10;
  if (/[^\p{L}\d]/u.test(password)) pool += 20;
  if (/[^\x00-\x7f]/.test(password)) pool += 100;
  const bits = (steps + 1) * Math.log2(Math.max(pool, 2));
  return bits < 30 ? 1 : bits < 50 ? 2 : bits < 70 ? 3 : 4;
};
on("input", "input[data-strength]", (event, field) => {
  const meter = document.getElementById(field.dataset.strength);
  const others = [...field.form.elements]
    .filter((other) => other !== field && ["email", "text"].includes(other.type))
    .flatMap((other) => other.value.toLowerCase().split(/[\s@.]+/));
  const level = field.value ? strength(field.value, others) : 0;
  meter.querySelectorAll("i").forEach((bar, at) => {
    bar.classList.toggle("on", at < level && level > 1);
    bar.classList.toggle("weak", at < level && level === 1);
  });
  const said = level ? [word("strength_1"), word("strength_2"), word("strength_3"), word("strength_4")][level - 1] : "";
  const text = meter.querySelector("p");
  if (text.textContent !== said) text.textContent = said;
});

// Two groups of four are easier to compare with a mail. Nothing moves while
// somebody corrects in the middle.
on("input", "input.code-input", (event, field) => {
  if (event.isComposing || field.selectionStart !== field.value.length) return;
  const digits = field.value.normalize("NFKC").replace(/\D/g, "");
  const grouped = digits.length > 4 ? `${digits.slice(0, 4)} ${digits.slice(4)}` : digits;
  if (grouped !== field.value) field.value = grouped;
});

for (const field of document.querySelectorAll("select[data-guess-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...field.options].some((option) => option.value === zone)) field.value = zone;
}

on("change", "input[data-check-all]", (event, all) => {
  for (const box of all.form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.checkAll)}"]:not(:disabled)`)) {
    box.checked = all.checked;
  }
});

on("click", "button[data-replace]", (event, button) => {
  const field = document.getElementById(button.dataset.in);
  field.value = field.value.replace(button.dataset.replace, () => button.dataset.with);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
