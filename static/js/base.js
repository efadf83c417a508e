// What the behaviours in js/app share. The server joins this file and theirs
// into one script and puts a function around it. docs/frontend.md

const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}");

// word is a message of the catalogue under "script.".
const word = (key) => words[key] ?? "";

// on calls act for events inside elements that match, now and later.
const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element && event.target.closest(selector);
    if (element) act(event, element);
  });

// ask fetches a fragment; the header makes the server answer with one.
const ask = (url, options = {}) =>
  fetch(url, { credentials: "same-origin", ...options, headers: { "HX-Request": "true", ...options.headers } });

// parse reads HTML without running or loading any of it.
const parse = (html) => new DOMParser().parseFromString(html, "text/html");

// go opens a page, also when only the part after # differs.
const go = (url) => {
  const to = new URL(url, location.href);
  const same = to.pathname + to.search === location.pathname + location.search;
  location.assign(to);
  if (same) location.reload();
};

// where says whether an answer wants another page, by header or by redirection.
const where = (response) => response.headers.get("HX-Redirect") || (response.redirected ? response.url : "");

// typed is what a form sends, without its files.
const typed = (form, submitter) =>
  new URLSearchParams([...new FormData(form, submitter)].filter(([, value]) => typeof value === "string"));

// release lets a form be sent again that carries data-sent.
const release = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};

// front is the dialog in front, else the page. What stands beneath a modal dialog
// is neither reachable nor read out.
const front = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;

// announce says something to those who listen to the page.
const announce = (text) => {
  const host = front();
  let region = host.querySelector(":scope > [data-announcer]");
  if (!region) {
    region = document.createElement("p");
    region.className = "vh";
    region.setAttribute("role", "status");
    region.dataset.announcer = "";
    host.append(region);
  }
  region.textContent = "";
  // A region that was just made, or says the same again, is read only when it changes later.
  setTimeout(() => (region.textContent = text), 50);
};

// complain shows a failure and leaves it there.
const complain = (text) => {
  const flash = document.createElement("div");
  flash.className = "flash";
  flash.setAttribute("role", "alert");
  flash.dataset.stay = "";
  const sentence = document.createElement("span");
  sentence.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--sm";
  button.dataset.dismiss = "";
  button.textContent = word("close");
  flash.append(sentence, button);
  front().append(flash);
};
