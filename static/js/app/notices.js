// The number at the bell follows what happens; opening what is new marks it as read.

let bell; // the next look, so that many happenings make one

document.addEventListener("news", ({ detail }) => {
  if (bell || !["notices.changed", "missed"].includes(detail.kind)) return;
  bell = setTimeout(async () => {
    bell = undefined;
    const old = document.getElementById("bell");
    if (!old) return;
    try {
      const response = await ask(old.dataset.bell);
      const fresh = response.ok && !where(response) && parse(await response.text()).getElementById("bell");
      if (fresh) old.replaceWith(fresh);
    } catch {
      // The next happening, or the next page, brings the number.
    }
  }, 300);
});

// The page goes on to where the link leads while this is under way.
for (const type of ["click", "auxclick"])
  on(type, "a[data-seen]", (event, link) => {
    if (event.button > 1) return;
    ask(link.dataset.seen, { method: "POST", keepalive: true }).catch(() => {}); // it stays marked as new
  });
