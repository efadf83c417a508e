// A select with data-autosubmit sends its form when somebody chooses. When the
// server refuses, the select goes back to what it was.

const before = new WeakMap();
on("focusin", "select[data-autosubmit]", (event, field) => before.set(field, field.value));

on("change", "select[data-autosubmit]", async (event, field) => {
  const form = field.form;
  const was = before.get(field) ?? [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0].value;
  if (form.method !== "post") return form.requestSubmit();
  try {
    const response = await ask(form.getAttribute("action") || location.href, { method: "POST", body: typed(form) });
    if (where(response)) return go(where(response));
    if (!response.ok) throw new Error(response.statusText);
    before.set(field, field.value);
    announce(word("saved"));
  } catch {
    field.value = was;
    complain(word("failed"));
  }
});
