// The mail server of the tests: a real SMTP conversation on loopback. What
// arrives is kept, and a test waits for the mail that it wants to read.
import { EventEmitter, once } from 'node:events';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail server on a free port, with a mailbox for every address but nobody@. */
export class Inbox {
  #mails = [];
  #arrived = new EventEmitter().setMaxListeners(0);
  #server;
  #read = new Set();

  static async open() {
    const inbox = new Inbox();
    inbox.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onRcptTo: ({ address }, session, done) => done(address.startsWith('nobody@')
        ? Object.assign(new Error('No such person here'), { responseCode: 550 }) : null),
      onData: (stream, session, done) => inbox.#receive(stream, session).then(() => done(), done),
    });
    inbox.#server.on('error', () => {}); // a conversation that was cut is the sender's concern
    inbox.#server.listen(0, '127.0.0.1');
    await once(inbox.#server.server, 'listening');
    return inbox;
  }

  /** The setting that sends the portal's mails here. */
  get url() {
    return `smtp://127.0.0.1:${this.#server.server.address().port}?tls=none`;
  }

  /** Every mail so far, oldest first. */
  get all() {
    return [...this.#mails];
  }

  async #receive(stream, session) {
    const parts = [];
    for await (const part of stream) parts.push(part);
    const raw = Buffer.concat(parts);
    const mail = await PostalMime.parse(raw);
    this.#mails.push({
      to: session.envelope.rcptTo.map((r) => r.address.toLowerCase()),
      from: session.envelope.mailFrom.address,
      kind: mail.headers.find((h) => h.key === 'x-guesthouse-mail')?.value ?? '',
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html ?? '',
      raw: raw.toString(),
    });
    this.#arrived.emit('mail');
  }

  /**
   * The oldest mail of this kind to this address that was not handed out yet:
   * asking twice waits for a second mail. Rejects when none comes in time.
   */
  async mailFor(address, kind, { within = 30_000 } = {}) {
    const signal = AbortSignal.timeout(within);
    for (;;) {
      const mail = this.#mails.find((m) =>
        !this.#read.has(m) && m.kind === kind && m.to.includes(address.toLowerCase()));
      if (mail) {
        this.#read.add(mail);
        return mail;
      }
      try {
        await once(this.#arrived, 'mail', { signal });
      } catch {
        const seen = this.#mails.map((m) => `${m.kind} to ${m.to}`).join(', ') || 'nothing';
        throw new Error(`no ${kind} mail for ${address} came; so far: ${seen}`);
      }
    }
  }

  async close() {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The one link of a mail to `/…/token` of this portal. More or fewer is a fault. */
export function linkIn(mail, path = '/invitations/') {
  const found = new Set(mail.text.match(/https?:\/\/[^\s<>"')\]]+/g)?.filter((u) => new URL(u).pathname.startsWith(path)));
  if (found.size !== 1) throw new Error(`${found.size} links to ${path} in the ${mail.kind} mail "${mail.subject}"`);
  const [link] = found;
  if (mail.html && !mail.html.includes(link)) throw new Error(`the HTML of the ${mail.kind} mail lacks the link of its text`);
  return link;
}

/** The verification code of a mail: alone on a line of the text body. */
export function codeIn(mail) {
  const found = mail.text.match(/^[ \t]*\d{4}[ ]?\d{4}[ \t]*$/gm) ?? [];
  if (found.length !== 1) throw new Error(`${found.length} codes in the ${mail.kind} mail "${mail.subject}"`);
  return found[0].replace(/\D/g, '');
}
