// An open thread: what others say meanwhile is offered below what one reads,
// never pushed under it; what changes is shown in its place.
{
  const section = document.querySelector("[data-comments]");
  const list = () => section.querySelector("[data-comment-list]");
  const known = (id) => document.getElementById(`comment-${id}`);

  // part fetches the comments that an address shows.
  const part = async (name, id) => {
    const address = new URL(section.dataset.comments, location.href);
    address.searchParams.set(name, id);
    const response = await ask(address);
    if (!response.ok || where(response)) return [];
    return [...parse(await response.text()).querySelectorAll("[data-comment-list] > .comment")];
  };

  const offer = document.createElement("button");
  const more = new Set(); // comments that are not on the page yet
  const show = () => {
    if (!offer.isConnected) {
      offer.type = "button";
      offer.className = "btn btn--sm";
      const status = document.createElement("p");
      status.role = "status";
      status.className = "mt-2";
      status.append(offer);
      (list() ?? section.querySelector(".lede") ?? section.lastElementChild).after(status);
    }
    offer.hidden = false;
    offer.textContent = more.size ? `${word("new_comments")}: ${more.size}` : word("new_comments");
  };

  offer.addEventListener("click", async () => {
    if (!list() || !("whole" in section.dataset)) return location.assign(`${section.dataset.comments}${section.dataset.comments.includes("?") ? "&" : "?"}newest=1`);
    offer.ariaBusy = "true";
    try {
      let first;
      for (let fresh = true; fresh; ) {
        const last = list().querySelector(":scope > .comment:last-of-type")?.id.replace("comment-", "") ?? "0";
        fresh = false;
        for (const comment of await part("after", last)) {
          if (document.getElementById(comment.id)) continue;
          list().append(comment);
          first ??= comment;
          fresh = true;
        }
      }
      more.clear();
      offer.hidden = true;
      first?.setAttribute("tabindex", "-1");
      first?.focus();
    } catch {
      complain(word("failed"));
    } finally {
      offer.removeAttribute("aria-busy");
    }
  });

  // renew shows a comment as it is now, unless somebody is at work in it.
  const renew = async (id) => {
    const old = known(id);
    if (!old || old.contains(document.activeElement)) return;
    const fresh = (await part("comment", id)).find((comment) => comment.id === old.id);
    if (fresh) old.replaceWith(fresh);
  };

  if (section) {
    document.addEventListener("news", ({ detail }) => {
      if (detail.kind === "missed") return show();
      if (String(detail.thread) !== section.dataset.thread) return;
      if (detail.kind === "comment.changed") renew(detail.thing).catch(() => {}); // it is read again with the page
      if (detail.kind !== "comment.added" || known(detail.thing)) return;
      more.add(detail.thing);
      show();
    });
  }
}
