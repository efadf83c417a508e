// Files of a form are sent at once, in pieces, with a bar that shows how far
// they are. A cut connection costs one piece: the upload goes on from where the
// server says that it stands. The form then names the uploads. docs/frontend.md

const uploading = new WeakMap(); // the sendings of each field of files

const sendings = (field) => {
  if (!uploading.has(field)) uploading.set(field, new Set());
  return uploading.get(field);
};

const answer = async (response) => {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw Object.assign(new Error(body.text || word("failed")), { status: response.status, code: body.code, text: body.text });
};

// sendPiece is one request that tells how much of it is out, which fetch does not.
const sendPiece = (sending, url, piece, progress) =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    sending.request = request;
    request.open("POST", url);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      const body = request.response ?? {};
      if (request.status === 200) return done(body);
      failed(Object.assign(new Error("piece"), { status: request.status, code: body.code, text: body.text }));
    });
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => failed(new Error(end)));
    request.send(piece);
  });

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// sendFile sends a file from where its upload stands. What may pass by itself is
// tried again, a little later each time.
const sendFile = async (sending, base, size, progress) => {
  const post = (url, fields) => fetch(url, { method: "POST", body: new URLSearchParams(fields) }).then(answer);
  if (!sending.id) sending.id = (await post(base, { name: sending.file.name, size: sending.file.size })).id;
  let at = await fetch(`${base}/${sending.id}`).then(answer);
  for (let tries = 0; !at.whole; ) {
    const piece = sending.file.slice(at.offset, at.offset + size);
    try {
      at = await sendPiece(sending, `${base}/${sending.id}?offset=${at.offset}`, piece, (n) => progress(at.offset + n));
      tries = 0;
    } catch (error) {
      const passes = !error.status || error.status === 409 || error.status === 429 || error.status === 503;
      if (sending.stopped || !passes || ++tries > 4) throw error;
      await pause(500 * 2 ** tries);
      at = await fetch(`${base}/${sending.id}`).then(answer);
    }
    progress(at.offset);
  }
  return at;
};

const button = (label, name, act) => {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "btn btn--quiet btn--sm";
  b.textContent = label;
  b.setAttribute("aria-label", `${label}: ${name}`);
  b.addEventListener("click", act);
  return b;
};

// row shows one file on its way.
const uploadRow = (field, sending) => {
  const row = document.createElement("li");
  const name = document.createElement("span");
  name.className = "files__name";
  name.textContent = sending.file.name;
  const bar = document.createElement("progress");
  bar.max = Math.max(sending.file.size, 1);
  bar.value = 0;
  bar.setAttribute("aria-label", sending.file.name);
  const state = document.createElement("span");
  state.className = "meta";
  const again = button(word("attach_retry"), sending.file.name, () => beginSending(field, sending));
  const remove = button(word("attach_remove"), sending.file.name, () => removeSending(field, sending));
  row.append(name, bar, state, again, remove);
  return Object.assign(sending, { row, bar, state, again });
};

const showSending = (sending, state, text) => {
  sending.is = state;
  sending.row.dataset.upload = state;
  sending.state.textContent = text;
  sending.again.hidden = state !== "failed";
  sending.bar.hidden = state === "done";
};

const beginSending = async (field, sending) => {
  sending.stopped = false;
  showSending(sending, "sending", word("attach_waiting"));
  const progress = (sent) => {
    sending.bar.value = sent;
    sending.state.textContent = `${Math.floor((100 * sent) / sending.bar.max)} %`;
  };
  try {
    if (sending.file.size > Number(field.dataset.max)) throw Object.assign(new Error("size"), { text: word("attach_too_large") });
    await sendFile(sending, field.dataset.uploads, Number(field.dataset.piece), progress);
    if (sending.stopped) return;
    const named = document.createElement("input");
    named.type = "hidden";
    named.name = "uploads";
    named.value = sending.id;
    sending.row.append(named);
    showSending(sending, "done", word("attach_done"));
    announce(`${sending.file.name}: ${word("attach_done")}`);
  } catch (error) {
    if (sending.stopped) return;
    const text = `${word("attach_failed")} ${error.text || word("failed")}`;
    showSending(sending, "failed", text);
    announce(`${sending.file.name}: ${text}`);
  }
  settleForm(field);
};

const removeSending = (field, sending) => {
  sending.stopped = true;
  sending.request?.abort();
  if (sending.id) fetch(`${field.dataset.uploads}/${sending.id}/delete`, { method: "POST" }).catch(() => {}); // else the sweep takes it
  sendings(field).delete(sending);
  sending.row.remove();
  field.querySelector("[data-list]").hidden = sendings(field).size === 0;
  field.querySelector('input[type="file"]').focus();
  settleForm(field);
};

const addFiles = (field, files) => {
  const room = Number(field.dataset.maxFiles) - sendings(field).size - field.querySelectorAll("[data-kept] :checked").length;
  if (files.length > room) return complain(word("attach_too_many"));
  const list = field.querySelector("[data-list]");
  for (const file of files) {
    const sending = uploadRow(field, { file });
    sendings(field).add(sending);
    list.hidden = false;
    list.append(sending.row);
    beginSending(field, sending);
  }
};

// settleForm sends the form that waited for its files.
const settleForm = (field) => {
  const form = field.closest("form");
  const all = [...sendings(field)];
  if (!form || !("waits" in form.dataset) || all.some((s) => s.is === "sending")) return;
  delete form.dataset.waits;
  if (all.some((s) => s.is === "failed")) return complain(word("attach_held"));
  form.requestSubmit();
};

on("change", "[data-uploads] input[type=file]", (event, input) => {
  const files = [...input.files];
  input.value = ""; // they are sent by themselves
  addFiles(input.closest("[data-uploads]"), files);
});

const fieldNear = (target) => target instanceof Element && target.closest("form")?.querySelector("[data-uploads]");

document.addEventListener("paste", (event) => {
  const field = fieldNear(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!field || files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  addFiles(field, files);
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  const field = fieldNear(event.target);
  if (!field || !carriesFiles(event)) return;
  event.preventDefault();
  field.closest("form").dataset.dropping = "";
});
for (const type of ["dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const field = fieldNear(event.target);
    if (!field) return;
    const form = field.closest("form");
    if (type === "dragleave" && form.contains(event.relatedTarget)) return;
    delete form.dataset.dropping;
    if (type === "dragleave" || !carriesFiles(event)) return;
    event.preventDefault();
    addFiles(field, [...event.dataTransfer.files]);
  });
}

// Before form.js counts the form as sent: what is on its way is waited for.
document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.querySelector?.("[data-uploads]");
    if (!field || event.submitter?.name === "preview") return;
    const all = [...sendings(field)];
    if (all.some((s) => s.is === "sending")) {
      event.preventDefault();
      event.target.dataset.waits = "";
      announce(word("attach_sending"));
    } else if (all.some((s) => s.is === "failed")) {
      event.preventDefault();
      complain(word("attach_held"));
    }
  },
  true,
);
