// An open chat: messages are sent without leaving the page, what is not sent
// stays with a button to send it again, and what others say appears at its end.
{
  const chat = document.querySelector("[data-chat]");
  const form = document.querySelector(".chat__form");
  const field = form?.elements.text;
  const log = document.querySelector(".chat__log--end");
  const talk = log?.querySelector(".chat__messages");

  // What is typed outlives a reload and a lost connection, until the browser tab closes.
  const place = chat?.dataset.chat ?? location.pathname + location.search;
  const store = (key, value) => {
    try {
      if (value) sessionStorage.setItem(key + place, value);
      else sessionStorage.removeItem(key + place);
    } catch {
      // No room: the field still holds it.
    }
  };
  const stored = (key) => {
    try {
      return sessionStorage.getItem(key + place) ?? "";
    } catch {
      return "";
    }
  };

  if (field) {
    if (!field.value) field.value = stored("draft:");
    field.addEventListener("input", () => store("draft:", field.value));
    field.addEventListener("keydown", (event) => {
      // On a phone Enter begins a line; while a Japanese word is chosen it ends the word.
      const sends = event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!sends || event.isComposing || event.keyCode === 229 || !matchMedia("(hover: hover)").matches) return;
      event.preventDefault();
      form.requestSubmit();
    });
    if (!chat) form.addEventListener("submit", () => store("draft:", ""));
  }

  if (chat && talk) {
    const last = () => [...talk.querySelectorAll(":scope > [data-message]")].at(-1)?.dataset.message ?? "0";
    const atEnd = () => Math.abs(log.scrollTop) < 48; // the log is turned over: 0 is its end

    // The button that tells of messages below what one looks at.
    const newer = document.createElement("button");
    newer.type = "button";
    newer.className = "btn btn--sm chat__newer";
    newer.hidden = true;
    chat.querySelector(".chat__foot").prepend(newer);
    let below = 0;
    const toEnd = () => {
      log.scrollTop = 0;
      below = 0;
      newer.hidden = true;
    };
    newer.addEventListener("click", () => {
      toEnd();
      log.focus();
    });
    log.addEventListener("scroll", () => atEnd() && !newer.hidden && toEnd(), { passive: true });

    // append puts messages of an answer at the end, each once.
    const append = (answer, mine) => {
      const end = atEnd();
      const height = log.scrollHeight;
      let fresh = 0;
      for (const item of answer.querySelectorAll(".chat__messages > li")) {
        const same = item.dataset.message && talk.querySelector(`:scope > [data-message="${item.dataset.message}"]`);
        const day = item.dataset.day && talk.querySelector(`:scope > [data-day="${item.dataset.day}"]`);
        if (same || day || item.classList.contains("day--new")) continue;
        talk.append(item);
        if (item.dataset.message) fresh++;
      }
      if (fresh) log.querySelector("[data-nothing]")?.remove();
      talk.append(...talk.querySelectorAll(":scope > .msg--unsent"));
      if (mine || end) return toEnd();
      log.scrollTop -= log.scrollHeight - height; // what one reads stays where it is
      if (!fresh) return;
      below += fresh;
      newer.textContent = `${word("chat_newer")}: ${below}`;
      newer.hidden = false;
    };

    let fetching;
    const fetchNew = async () => {
      try {
        for (let before; before !== last(); ) {
          before = last();
          const response = await ask(`${chat.dataset.chat}?after=${before}`);
          if (!response.ok || where(response)) return;
          append(parse(await response.text()));
        }
      } catch {
        // No connection: the next message, or looking at the page again, asks once more.
      }
    };
    // One question at a time; what comes meanwhile is asked for afterwards.
    const look = () => (fetching = (fetching ?? Promise.resolve()).then(fetchNew));

    const renewOne = async (id) => {
      const old = talk.querySelector(`:scope > [data-message="${id}"]`);
      if (!old || old.contains(document.activeElement)) return;
      try {
        const response = await ask(`${chat.dataset.chat}?only=${id}`);
        if (!response.ok || where(response)) return;
        const fresh = parse(await response.text()).querySelector("[data-message]");
        if (fresh) old.replaceWith(fresh);
      } catch {
        // It is read again with the page.
      }
    };

    const id = Number(chat.dataset.chat.split("/").at(-1));
    document.addEventListener("news", ({ detail }) => {
      if (detail.kind === "missed") look();
      if (detail.thread !== id) return;
      if (detail.kind === "message.added") look();
      if (detail.kind === "message.changed") renewOne(detail.thing);
    });
    addEventListener("online", look);
    document.addEventListener("visibilitychange", () => !document.hidden && look());

    // What was not sent yet: shown at the end of the chat, kept until it is.
    const name = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    let unsent = [];
    try {
      unsent = JSON.parse(stored("unsent:") || "[]");
    } catch {
      // Nothing that we wrote.
    }
    const keep = () => store("unsent:", unsent.length ? JSON.stringify(unsent) : "");

    const show = (message) => {
      const item = document.createElement("li");
      item.className = "msg msg--unsent";
      const text = document.createElement("p");
      text.className = "prewrap wrap";
      text.textContent = message.text;
      const state = document.createElement("p");
      state.className = "cluster meta";
      const body = document.createElement("div");
      body.append(text, state);
      item.append(document.createElement("span"), body);
      talk.append(item);
      log.querySelector("[data-nothing]")?.remove();
      return { item, state };
    };

    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn--sm";
      made.textContent = label;
      made.addEventListener("click", act);
      return made;
    };

    const drop = (message, shown) => {
      unsent = unsent.filter((one) => one.id !== message.id);
      keep();
      shown.item.remove();
    };

    const fail = (message, shown, why) => {
      shown.state.replaceChildren(why || word("chat_unsent"),
        button(word("chat_again"), () => send(message, shown)),
        button(word("chat_discard"), () => drop(message, shown)));
      announce(why || word("chat_unsent"));
    };

    const send = async (message, shown) => {
      shown.state.textContent = word("chat_sending");
      const body = new URLSearchParams({ text: message.text, audience: message.audience, client_id: message.id, after: last() });
      let response;
      try {
        response = await ask(form?.action ?? chat.dataset.chat, { method: "POST", body });
      } catch {
        return fail(message, shown);
      }
      if (response.status === 401) {
        // Signed out: the page that asks to sign in keeps what was typed.
        if (!form) return fail(message, shown);
        field.value = message.text;
        form.elements.client_id.value = message.id;
        drop(message, shown);
        return HTMLFormElement.prototype.submit.call(form);
      }
      const answer = parse(await response.text().catch(() => ""));
      if (response.ok && !where(response)) {
        drop(message, shown);
        return append(answer, true);
      }
      const why = answer.querySelector(".chat__form .error, .error-summary a, [data-error] p")?.textContent.trim();
      if (response.status === 422 && field && !field.value) {
        // To be put right: back into the field.
        drop(message, shown);
        field.value = message.text;
        store("draft:", field.value);
        field.focus();
        return complain(why || word("failed"));
      }
      fail(message, shown, why);
    };

    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trimEnd();
      if (!text.trim()) return field.focus();
      const message = { id: name(), text, audience: form.elements.audience?.value ?? "" };
      unsent.push(message);
      keep();
      field.value = "";
      store("draft:", "");
      const shown = show(message);
      toEnd();
      field.focus();
      send(message, shown);
    });
    for (const message of unsent) fail(message, show(message));
  }
}
