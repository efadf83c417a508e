// A portal in which people are at work already, for tests that look at its
// pages. It is made by the forms of the portal, sent without a browser window.
import assert from 'node:assert/strict';
import { person } from './browser.mjs';
import { linkIn } from './inbox.mjs';
import { admin, Portal } from './portal.mjs';

/** A member who makes guest spaces and is no administrator of the portal. */
export const maker = { email: 'tanaka@aoyama.test', name: '田中 健', password: 'the ferry leaves at a quarter past' };

/** A guest who is inside. */
export const erika = { email: 'erika@partner.test', name: 'Erika Beispiel', password: 'seven grey herons at dusk' };

/** Addresses that were invited; the mail to the second comes back. */
export const late = 'max@partner.test';
export const nobody = 'nobody@partner.test';

/** Sends a form of the portal as this person; gives the address it leads to. */
export async function submit(who, path, form = {}) {
  const answer = await who.context.request.post(path, { form, headers: { Origin: who.portal.base } });
  assert.ok(answer.ok(), `${path} answers ${answer.status()}`);
  return new URL(answer.url()).pathname;
}

/** Somebody with a browser who has signed in. */
export async function signedIn(browser, portal, { email, password }, options) {
  const who = { ...await person(browser, portal, options), portal };
  assert.equal(await submit(who, '/login', { login: email, password }), '/');
  return who;
}

/** Somebody else's browser in another language, signed in as this person. */
export async function twin(browser, who, options) {
  const other = { ...await person(browser, who.portal, options), portal: who.portal };
  await other.context.addCookies(await who.context.cookies());
  return other;
}

/**
 * Fills the portal: a guest space with guests of every kind and a talk in its
 * thread, one space of each other kind. `host` has signed in,
 * `member` (the maker) and `guest` (Erika) have afterwards.
 */
export async function settle(browser, portal, host) {
  const { inbox } = portal;
  await submit(host, '/admin/members', {
    display_name: maker.name, email: maker.email, may_create_guest_spaces: 'on', delivery: 'mail',
  });
  const member = { ...await person(browser, portal), portal };
  const mail = await inbox.mailFor(maker.email, 'member-invitation');
  await submit(member, new URL(linkIn(mail, '/password/reset/')).pathname, { password: maker.password });

  const spaces = {};
  for (const kind of ['open', 'private', 'secret']) {
    spaces[kind] = await submit(host, '/spaces', { kind, name: `Plans, ${kind}`, multi_thread: 'on' });
  }
  const space = spaces.guest = await submit(member, '/spaces', { kind: 'guest', name: 'Autumn catalogue', cover: 'preset:harbour', multi_thread: 'on' });
  const sending = await submit(member, `${space}/invitations`, {
    emails: [erika.email, late, nobody, 'no address', maker.email].join('\n'), permission: 'edit', message: 'We start on Monday.',
  });
  const invitations = {};
  for (const email of [erika.email, late]) invitations[email] = new URL(linkIn(await inbox.mailFor(email, 'invitation'))).pathname;
  const guest = { ...await person(browser, portal), portal };
  await submit(guest, invitations[erika.email], { display_name: erika.name, password: erika.password, locale: 'en', timezone: 'Europe/Berlin' });
  const thread = await submit(member, `${space}/threads`, { name: 'Photographs', body: 'Which of **these** shall we take?' });
  await submit(member, `${thread}/comments`, { text: 'The first, I should say.' });
  return { member, guest, spaces, space, sending, thread, invitations };
}

/** A portal with its administrator, who has signed in. */
export async function open(browser, options) {
  const portal = await Portal.start(options);
  return { portal, host: await signedIn(browser, portal, admin) };
}
