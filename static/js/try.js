// The forms on the pages about the REST API: each makes its call in the name of
// whoever looks at the page, and shows what came back. docs/frontend.md
(() => {
  "use strict";

  const headers = [
    "X-Cybozu-Error", "X-Cybozu-Warning", "X-Request-Id", "X-ConcurrencyLimit-Limit", "X-ConcurrencyLimit-Running",
    "Retry-After", "Content-Type", "Content-Disposition",
  ];
  const confirmFirst = "GH_CF01"; // the password has to be given again: what was typed waits for it

  const part = (form, name) => form.querySelector(`[data-${name}]`);
  const say = (form, text) => (part(form, "said").textContent = text);

  const addressOf = (form) => {
    const space = form.elements.space?.value;
    return `/k/${space ? `guest/${space}/` : ""}v1/${form.dataset.resource}.json`;
  };

  const upload = (form, file) => {
    const body = new FormData();
    body.append("__REQUEST_TOKEN__", kintone.getRequestToken());
    body.append("file", file);
    return fetch(addressOf(form), { method: "POST", headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "error", body });
  };

  // callOf is what the form asks for; undefined when something is missing in it.
  const callOf = (form) => {
    if (form.elements.file) {
      const [file] = form.elements.file.files;
      return file ? () => upload(form, file) : void say(form, form.dataset.noFile);
    }
    let params;
    try {
      params = JSON.parse(form.elements.json.value || "{}");
    } catch (error) {
      return void say(form, `${form.dataset.badJson} ${error.message}`);
    }
    return () => kintone.api.send(addressOf(form), form.dataset.method, params);
  };

  const formatted = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  };

  const show = async (form, response, milliseconds) => {
    const isJSON = response.headers.get("Content-Type")?.startsWith("application/json");
    const body = isJSON ? formatted(await response.text()) : `${(await response.blob()).size} ${form.dataset.bytes}`;
    const code = response.headers.get("X-Cybozu-Error") ?? "";
    say(form, `${form.dataset.method} ${addressOf(form)}: ${response.status} ${code} · ${form.dataset.time} ${milliseconds} ms`);
    part(form, "headers").replaceChildren(...headers.filter((name) => response.headers.has(name)).flatMap((name) => {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      value.textContent = response.headers.get(name);
      return [term, value];
    }));
    part(form, "body").textContent = body;
    part(form, "again").hidden = code !== confirmFirst;
    part(form, "answer").hidden = false;
    if (code === confirmFirst) keep(form);
  };

  const send = async (form, button) => {
    part(form, "answer").hidden = true;
    const call = callOf(form);
    if (!call || (form.dataset.sure && !confirm(form.dataset.sure)) || button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const began = performance.now();
    try {
      const response = await call();
      await show(form, response, Math.round(performance.now() - began));
    } catch {
      say(form, form.dataset.failed);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  // What was typed waits in this tab until the password was given.
  const place = "try";
  const keep = (form) => sessionStorage.setItem(place, JSON.stringify({ name: form.dataset.try, json: form.elements.json.value, space: form.elements.space?.value }));
  const takeBack = () => {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
    const form = kept && document.querySelector(`form[data-try="${CSS.escape(kept.name)}"]`);
    if (!form) return;
    sessionStorage.removeItem(place);
    form.elements.json.value = kept.json;
    if (form.elements.space) form.elements.space.value = kept.space;
    form.closest("details").open = true;
    form.scrollIntoView({ block: "center" });
    part(form, "send").focus();
  };

  for (const form of document.querySelectorAll("form[data-try]")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    part(form, "send").addEventListener("click", (event) => send(form, event.currentTarget));
  }
  takeBack();
})();
