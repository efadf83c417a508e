// data-live sends the form while one types and shows the answer in a target.
// data-refresh fetches a part again while the page is looked at, data-news when something happened;
// data-renew is fetched then and at no other time.

const pending = new WeakMap(); // region → {timer, abort}

const replace = (target, html) => {
  const answer = parse(html);
  const fresh = target.id && answer.getElementById(target.id);
  for (const also of answer.querySelectorAll("[data-also]")) {
    if (also !== fresh) document.getElementById(also.id)?.replaceWith(also);
  }
  if (fresh) target.replaceWith(fresh);
  else target.replaceChildren(...answer.body.childNodes);
};

const send = async (region, form) => {
  const { live, liveMethod, liveTarget } = region.dataset;
  const target = document.querySelector(liveTarget);
  if (!target) return;
  const abort = new AbortController();
  pending.get(region)?.abort?.abort();
  pending.set(region, { abort });
  const url = new URL(live || form.getAttribute("action") || location.href, location.href);
  const data = typed(form);
  const options = { signal: abort.signal };
  if ((liveMethod ?? form.method).toLowerCase() === "post") {
    options.method = "POST";
    options.body = data;
  } else {
    url.search = new URLSearchParams([...data].filter(([name, value]) => value && name !== "csrf")).toString();
  }
  target.ariaBusy = "true";
  try {
    const response = await ask(url, options);
    if (where(response) || !(response.ok || response.status === 422)) return; // the old content stays
    const html = await response.text();
    if (abort.signal.aborted) return;
    replace(target, html);
    if ("liveUrl" in region.dataset) history.replaceState(history.state, "", url);
  } catch {
    // Typing on, or the button without script, tries again.
  } finally {
    target.removeAttribute("aria-busy");
  }
};

const later = (event) => {
  if (event.isComposing && event.type === "input") return; // a Japanese word is not finished yet
  let region = event.target.closest("[data-live]");
  for (; region; region = region.parentElement?.closest("[data-live]")) {
    const form = region.closest("form");
    if (!form) continue;
    const state = pending.get(region) ?? {};
    clearTimeout(state.timer);
    const at = region;
    state.timer = setTimeout(() => send(at, form), Number(region.dataset.liveDelay ?? 400));
    pending.set(region, state);
  }
};
for (const type of ["input", "change", "compositionend"]) on(type, "[data-live]", later);

// Nothing changes under somebody's hands: where the focus is, or what they have chosen.
const busy = (part) => part.contains(document.activeElement) || part.querySelector("input:checked, details.menu[open]");

const refresh = (part) => {
  if (busy(part)) return;
  ask(part.dataset.refresh ?? part.dataset.renew)
    .then(async (response) => {
      if (!response.ok || where(response)) return;
      const html = await response.text();
      if (!busy(part)) replace(part, html);
    })
    .catch(() => {}); // the next round tries again
};

setInterval(() => {
  if (!document.hidden) document.querySelectorAll("[data-refresh]").forEach(refresh);
}, 30_000);

// data-news names the happenings after which a part is fetched again at once.
const stale = new Set(); // kinds, since the last round
document.addEventListener("news", ({ detail }) => {
  if (!stale.size) setTimeout(renew, 300); // many come together
  stale.add(detail.kind);
});

const renew = () => {
  const kinds = [...stale];
  stale.clear();
  for (const part of document.querySelectorAll(":is([data-refresh], [data-renew])[data-news]")) {
    const named = part.dataset.news.split(" ");
    if (kinds.some((kind) => kind === "missed" || named.includes(kind))) refresh(part);
  }
};
