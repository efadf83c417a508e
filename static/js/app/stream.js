// One stream a page tells when its reader may not go on reading, or may do
// other things than before. It runs while the page is looked at: a browser has
// few connections for each host.

const live = document.querySelector('meta[name="live"]');
let source;
let last; // the newest thing that the stream told of
let mark; // of what the reader may do; the server's secret what it means

// leave gives the page up for what its address answers now.
const leave = () => location.replace(live.dataset.page);

// check opens the page's address once more, unseen: is it still the reader's?
const check = async () => {
  try {
    const answer = await fetch(live.dataset.page, { method: "HEAD", credentials: "same-origin" });
    const elsewhere = new URL(answer.url).pathname !== new URL(live.dataset.page, location.href).pathname;
    if (elsewhere || [401, 403, 404, 410].includes(answer.status)) leave();
    return answer.ok && !elsewhere;
  } catch {
    return false; // no connection: nothing is known
  }
};

const close = () => {
  source?.close();
  source = undefined;
};

const open = () => {
  if (!live || source || document.hidden) return;
  const address = new URL(live.content, location.href);
  if (last) address.searchParams.set("after", last); // what happened while nobody looked is told too
  source = new EventSource(address);
  source.addEventListener("here", async ({ data }) => {
    const changed = mark && mark !== data;
    mark = data;
    if (changed && (await check())) complain(word("rights_changed"));
  });
  // What happened, by its name and numbers only: whoever shows it asks for it.
  source.addEventListener("news", ({ data, lastEventId }) => {
    last = lastEventId || last;
    document.dispatchEvent(new CustomEvent("news", { detail: JSON.parse(data) }));
  });
  source.addEventListener("gone", () => {
    close();
    leave();
  });
  source.addEventListener("asleep", () => {
    close();
    mark = undefined;
    complain(word("asleep")); // and what was typed stays
  });
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return; // it comes again by itself
    close();
    check();
  });
};

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
