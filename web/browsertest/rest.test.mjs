// The REST API, driven by the vendor's own client: nothing of it is changed, and
// the portal is a running one, whose description is held against every call.
// Numbers are those of the acceptance list.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, afterEach, before, test } from 'node:test';
import { KintoneRestAPIClient } from '@kintone/rest-api-client';
import { picture } from './furnish.mjs';
import { linkIn } from './inbox.mjs';
import { admin, Portal } from './portal.mjs';
import { atForms, client, described, passwordOf, refused, sample, underPath, unfinished } from './rest.mjs';
import { step, totp } from './totp.mjs';
import { maker, submit } from './world.mjs';

let portal, api, forms, root;
const hooks = [];
before(async () => {
  portal = await Portal.start();
  forms = await atForms({ after: (f) => hooks.push(f) }, portal, admin);
  api = await described(portal);
  hooks.push(api.close);
  root = client(api, admin);
});
after(async () => {
  assert.ok(api.contract.checked > 100, 'the calls went past the description');
  for (const hook of hooks) await hook();
  await portal?.close();
});
afterEach(() => api.contract.assertDescribed());

let spaces = 0;

/** A guest space of the administrator's own: its ID, its page, and the client for what is in it. */
async function guestSpace({ threads = false } = {}) {
  const path = await submit(forms, '/spaces', { kind: 'guest', name: `Plans ${++spaces}`, ...threads && { multi_thread: 'on' } });
  const id = path.split('/').pop();
  return { id, path, inside: client(api, admin, id) };
}

/** Two guests who are in no space yet: their addresses. */
async function twoGuests(name) {
  const codes = [`${name}.one@partner.test`, `${name}.two@partner.test`];
  assert.deepEqual(await root.space.addGuests({ guests: sample(...codes) }), {});
  return codes;
}

/** Which of these addresses are on a page. */
const on = async (path, codes) => {
  const html = await forms.read(path);
  return codes.filter((code) => html.includes(code));
};

/** The account that has this address now. */
const accountOf = async (code) => {
  const html = await forms.read(`/admin/guests?q=${encodeURIComponent(code)}`);
  const row = html.slice(html.indexOf(`data-email="${code}"`));
  return row.match(/href="\/admin\/guests\/(\d+)"/)[1];
};

const defaultThread = async (space) => (await space.inside.space.getSpace({ id: space.id })).defaultThread;

test('1: the client is made for this address, and for one under a path', async (t) => {
  assert.equal(KintoneRestAPIClient.version, '6.2.1');
  const { id } = await guestSpace();
  for (const baseUrl of [portal.base, `${api.base}/`, (await underPath(t, api)).base]) {
    const there = new KintoneRestAPIClient({ baseUrl, auth: { username: admin.email, password: admin.password }, guestSpaceId: id });
    assert.equal((await there.space.getSpace({ id })).id, id);
  }
});

test('2, 3: the sample adds two guests who are in no space, and nobody is mailed', async (t) => {
  const space = await guestSpace();
  const { memberCount } = await space.inside.space.getSpace({ id: space.id });
  const codes = ['guest1@example.com', 'guest2@example.com'];
  const { fileKey } = await root.file.uploadFile({ file: { name: 'face.png', data: picture(64, 64) } });
  assert.deepEqual(await root.space.addGuests({ guests: sample(...codes, fileKey) }), {});

  assert.deepEqual(await on(`${space.path}/guests`, codes), []);
  assert.equal((await space.inside.space.getSpace({ id: space.id })).memberCount, memberCount);
  assert.deepEqual(await on('/admin/guests', codes), codes);
  const face = await forms.context.request.get(`/people/${await accountOf(codes[0])}/picture`);
  assert.match(face.headers()['content-type'], /^image\//);

  // A mail that is sent afterwards comes alone.
  await submit(forms, `${space.path}/invitations`, { emails: 'later@partner.test', permission: 'edit' });
  await portal.inbox.mailFor('later@partner.test', 'invitation');
  assert.deepEqual(portal.inbox.all.filter(({ to }) => to.some((address) => codes.includes(address))), []);

  const guest = await atForms(t, portal, { email: codes[0], password: 'password' });
  assert.equal(guest.landed, '/profile/password', 'whoever set the password knows it');
  await submit(guest, '/profile/password', { current_password: 'password', password: 'eleven kites above the pier' });
  const choices = [...(await guest.read('/profile/notifications')).matchAll(/ selected>([^<]*)</g)].map(([, text]) => text);
  assert.deepEqual(choices, Array(4).fill('As the organisation sets it: At once'), 'notifications are on');

  await refused(root.space.addGuests({ guests: sample(...codes) }), 400, 'CB_VA01', 'guests[0].code', 'guests[1].code');
});

test('4: all that is wrong is said at once', async () => {
  const [guest] = sample('wrong@partner.test');
  Object.assign(guest, {
    name: 'x'.repeat(129), surNameReading: 'あ'.repeat(65), givenNameReading: 'あ'.repeat(65), company: 'x'.repeat(101),
    callto: 'x'.repeat(257), locale: 'fr', timezone: 'Nowhere/Else',
  });
  const paths = ['name', 'surNameReading', 'givenNameReading', 'company', 'callto', 'locale', 'timezone'].map((name) => `guests[0].${name}`);
  await refused(root.space.addGuests({ guests: [guest] }), 400, 'CB_VA01', ...paths);
  await refused(root.space.addGuests({ guests: [] }), 400, 'CB_VA01', 'guests');
});

test('5: only administrators add guests, and only with their password', async () => {
  await submit(forms, '/admin/members', { display_name: maker.name, email: maker.email, may_create_guest_spaces: 'on', delivery: 'mail' });
  const link = linkIn(await portal.inbox.mailFor(maker.email, 'member-invitation'), '/password/reset/');
  await submit(forms, '/logout');
  await submit(forms, new URL(link).pathname, { password: maker.password });
  await submit(forms, '/logout');
  await submit(forms, '/login', { login: admin.email, password: admin.password });

  const call = (who) => client(api, who).space.addGuests({ guests: sample('a@partner.test', 'b@partner.test') });
  await refused(call(maker), 403, 'CB_NO02');
  await refused(call({ ...admin, password: 'wrong: also with a colon' }), 401, 'CB_WA01');
  await refused(call({ email: '誰も@aoyama.test', password: '違います' }), 401, 'CB_WA01');
  await refused(new KintoneRestAPIClient({ baseUrl: api.base, auth: { apiToken: ['t1', 't2'] } }).space.addGuests({ guests: [] }), 403, 'GAIA_NO01');

  const answer = await fetch(`${api.base}/k/v1/guests.json`, { method: 'POST', body: '{}', redirect: 'manual' });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get('content-type'), 'application/json;charset=utf-8');
  assert.equal((await answer.json()).code, 'CB_AU01');
});

test('an administrator with a second step calls with an API password', async (t) => {
  const careful = { email: 'hayashi@aoyama.test', password: 'the lamp on the quiet quay at night' };
  await submit(forms, '/admin/members', { display_name: 'Hayashi', email: careful.email, system_admin: 'on', delivery: 'mail' });
  const link = linkIn(await portal.inbox.mailFor(careful.email, 'member-invitation'), '/password/reset/');
  await submit(forms, '/logout');
  await submit(forms, new URL(link).pathname, { password: careful.password });
  await submit(forms, '/logout');
  await submit(forms, '/login', { login: admin.email, password: admin.password });

  const own = await atForms(t, portal, careful);
  const calls = (password) => client(api, { ...careful, password }).space.getStatistics({});
  assert.ok(await calls(careful.password));
  await submit(own, '/profile/second-step');
  const key = (await own.read('/profile/second-step')).match(/id="totp-key"[^>]*>([^<]+)</)[1].replaceAll(/\s/g, '');
  await submit(own, '/profile/second-step/confirm', { code: totp(key, step()) });
  await refused(calls(careful.password), 401, 'CB_TW02');

  const made = await own.context.request.post('/profile/programs', {
    form: { name: 'Import', kind: 'password', scope: 'read', ends_in_days: '1' }, headers: { Origin: portal.base },
  });
  const [value] = (await made.text()).match(/gh_pw_[\w-]{43}/);
  assert.ok(await calls(value));
  await refused(client(api, { ...careful, password: value }).space.addGuests({ guests: sample('c@partner.test', 'd@partner.test') }), 403, 'GAIA_NO01');
  const id = (await own.read('/profile/programs')).match(/data-credential="(\d+)"/)[1];
  await submit(own, `/profile/programs/${id}/delete`);
  await refused(calls(value), 401, 'CB_WA01');
  await refused(calls(careful.password), 401, 'CB_TW02');
});

test('6: without guest spaces guests can be added, but not to a space', async (t) => {
  const space = await guestSpace();
  const switched = (value) => submit(forms, '/admin/policy', { section: 'inviting', 'guest.spaces': value });
  await switched('off');
  t.after(() => switched('on'));
  const codes = await twoGuests('off');
  await refused(space.inside.space.updateSpaceGuests({ id: space.id, guests: codes }), 400, 'GH_FE01');
});

test('7: a template makes a guest space, which is private', async () => {
  const { id } = await guestSpace({ threads: true });
  await submit(forms, '/admin/templates', { name: 'Model', space: id });
  const template = (await forms.read('/admin/templates')).match(/\/admin\/templates\/(\d+)\/delete/)[1];
  const add = (change) => root.space.addSpaceFromTemplate({
    id: template, name: 'Made', isGuest: true, isPrivate: false, members: [{ entity: { type: 'USER', code: admin.email }, isAdmin: true }], ...change,
  });
  const made = await add();
  const space = await client(api, admin, made.id).space.getSpace(made);
  assert.deepEqual([space.name, space.isGuest, space.isPrivate, space.useMultiThread], ['Made', true, true, true]);
  await refused(add({ id: 999_999 }), 400, 'CB_VA01', 'id');
  await refused(add({ members: [{ entity: { type: 'USER', code: admin.email } }] }), 400, 'CB_VA01', 'members');
});

test('9: the guests of a space are replaced', async () => {
  const space = await guestSpace();
  const codes = await twoGuests('replaced');
  const { memberCount } = await space.inside.space.getSpace({ id: space.id });
  assert.deepEqual(await space.inside.space.updateSpaceGuests({ id: space.id, guests: codes }), {});
  assert.deepEqual(await on(`${space.path}/guests`, codes), codes);
  assert.equal((await space.inside.space.getSpace({ id: space.id })).memberCount, String(Number(memberCount) + 2));
  assert.deepEqual(await space.inside.space.getSpaceMembers({ id: space.id }), {
    members: [{ entity: { type: 'USER', code: admin.email }, isAdmin: true, isImplicit: false, includeSubs: false }],
  });
  await space.inside.space.updateSpaceGuests({ id: space.id, guests: [codes[1]] });
  assert.deepEqual(await on(`${space.path}/guests`, codes), [codes[1]]);
  assert.deepEqual(await on('/admin/guests', codes), codes);
  await portal.inbox.mailFor(codes[0], 'suspension'); // who left is told; nobody was invited
  assert.deepEqual(portal.inbox.all.filter(({ to }) => to.includes(codes[1])), []);
});

test('10: suspended and unknown guests fail the call, and the list stays', async () => {
  const space = await guestSpace();
  const codes = await twoGuests('suspended');
  const put = (...guests) => space.inside.space.updateSpaceGuests({ id: space.id, guests });
  await put(codes[0]);
  await submit(forms, `/admin/guests/${await accountOf(codes[1])}/suspension`, { reason: 'away' });
  await refused(put(codes[1]), 400, 'GAIA_IL26', 'guests[0]');
  await refused(put(codes[0], 'unknown@partner.test'), 400, 'GAIA_IL26', 'guests[1]');
  assert.deepEqual(await on(`${space.path}/guests`, codes), [codes[0]]);
});

test('11: guests are deleted by query and by body; who comes back is somebody else', async () => {
  const codes = await twoGuests('deleted');
  const first = await accountOf(codes[0]);
  await refused(root.space.deleteGuests({ guests: Array.from({ length: 101 }, (_, i) => `g${i}@partner.test`) }), 400, 'CB_VA01', 'guests');
  await refused(root.space.deleteGuests({ guests: [...codes, 'unknown@partner.test'] }), 400, 'GAIA_IL26', 'guests[2]');
  assert.deepEqual(await root.space.deleteGuests({ guests: [codes[0]] }), {});
  const answer = await fetch(`${api.base}/k/v1/guests.json`, {
    method: 'DELETE', body: JSON.stringify({ guests: [codes[1]] }), headers: { ...passwordOf(admin), 'Content-Type': 'application/json' },
  });
  assert.deepEqual([answer.status, await answer.json()], [200, {}]);
  await refused(root.space.deleteGuests({ guests: codes }), 400, 'GAIA_IL26', 'guests[0]', 'guests[1]');
  await root.space.addGuests({ guests: sample(...codes) });
  assert.notEqual(await accountOf(codes[0]), first);
});

test('12: what a space is told as', async () => {
  const { id, inside } = await guestSpace();
  const space = await inside.space.getSpace({ id: Number(id) });
  const person = { code: admin.email, name: admin.name };
  assert.match(space.defaultThread, /^\d+$/);
  assert.match(space.coverUrl, /^http:\/\/localhost/);
  for (const name of ['defaultThread', 'coverKey', 'coverUrl']) delete space[name];
  assert.deepEqual(space, {
    id, name: `Plans ${spaces}`, isPrivate: true, isGuest: true, useMultiThread: false, fixedMember: false, creator: person, modifier: person,
    memberCount: '1', coverType: 'PRESET', body: null, attachedApps: [], permissions: { createApp: 'EVERYONE' }, showAnnouncement: null,
    showThreadList: null, showAppList: null, showMemberList: null, showRelatedLinkList: null,
  });
});

test('13: several threads never become one again', async () => {
  const { id, inside } = await guestSpace();
  for (const useMultiThread of [true, false]) {
    assert.deepEqual(await inside.space.updateSpace({ id, useMultiThread }), {});
    const space = await inside.space.getSpace({ id });
    assert.deepEqual([space.useMultiThread, space.showThreadList], [true, true]);
  }
  await refused(inside.space.updateSpace({ id, isPrivate: false }), 400, 'CB_VA01', 'isPrivate');
});

test('14: a space with one thread has no text but that of its thread', async () => {
  const space = await guestSpace();
  const { id, inside } = space;
  const body = '<p>Three <b>weeks</b></p><script>alert(1)</script>';
  await refused(inside.space.updateSpaceBody({ id, body }), 400, 'CB_VA01', 'id');
  await refused(inside.space.addThread({ space: id, name: 'Second' }), 400, 'CB_VA01', 'space');
  const thread = await defaultThread(space);
  assert.deepEqual(await inside.space.updateThread({ id: thread, body }), {});
  assert.match(await forms.read(`${space.path}/threads/${thread}`), /Three <strong>weeks<\/strong>/);

  await inside.space.updateSpace({ id, useMultiThread: true });
  assert.deepEqual(await inside.space.updateSpaceBody({ id, body }), {});
  assert.equal((await inside.space.getSpace({ id })).body, '<p>Three <strong>weeks</strong></p>\n');
  const second = await inside.space.addThread({ space: id, name: 'Second' });
  assert.match(second.id, /^\d+$/);
  assert.deepEqual(await inside.space.updateThread({ id: second.id, name: 'Renamed' }), {});
});

test('15: a comment with five files and ten mentions, and not one more', async () => {
  const space = await guestSpace();
  const codes = await twoGuests('mentioned');
  await space.inside.space.updateSpaceGuests({ id: space.id, guests: codes });
  const thread = await defaultThread(space);
  const say = (comment) => space.inside.space.addThreadComment({ space: space.id, thread, comment });
  const files = [];
  for (const width of [100, '750', 300, undefined, undefined, undefined]) {
    files.push({ ...await space.inside.file.uploadFile({ file: { name: `page ${files.length}.png`, data: picture(64, 64) } }), width });
  }
  const mentions = Array.from({ length: 11 }, (_, i) => ({ type: 'USER', code: [`guest/${codes[0]}`, `guest/${codes[1]}`, admin.email][i % 3] }));
  await refused(say({ text: 'x', files }), 400, 'CB_VA01', 'comment.files');
  await refused(say({ text: 'x', mentions }), 400, 'CB_VA01', 'comment.mentions');
  for (const width of [99, 751]) await refused(say({ files: [{ ...files[0], width }] }), 400, 'CB_VA01', 'comment.files[0].width');
  await refused(say({ text: '' }), 400, 'CB_VA01', 'comment.text');
  await refused(say({ text: 'x', mentions: [{ type: 'USER', code: codes[0] }] }), 400, 'CB_VA01', 'comment.mentions[0].code');

  const { id } = await say({ text: 'First line\nand a second', files: files.slice(0, 5), mentions: mentions.slice(0, 10) });
  assert.match(id, /^\d+$/);
  const page = await forms.read(`${space.path}/threads/${thread}`);
  assert.match(page, /First line<br>\s*and a second/);
  assert.equal(page.match(/data-attachment=/g).length, 5);
  assert.ok(page.includes(`data-person="${await accountOf(codes[1])}"`), 'a guest is mentioned');
});

test('16: files by name, path and stream come back as they were', async (t) => {
  const space = await guestSpace();
  const { file } = space.inside;
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-rest-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bytes = Buffer.from([...Array(256).keys()]);
  const path = join(folder, 'lantern path.bin');
  await writeFile(path, bytes);
  const sent = {
    'lantern 表紙.txt': { name: 'lantern 表紙.txt', data: bytes },
    'lantern _quoted_ 100%41.txt': { name: 'lantern "quoted" 100%41.txt', data: bytes },
    'lantern path.bin': { path },
    'lantern stream.txt': { name: 'lantern stream.txt', data: Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]) },
  };
  const files = [];
  for (const one of Object.values(sent)) files.push(await file.uploadFile({ file: one }));
  // A failed download loses its code in the client: the header has it.
  const gone = (call) => call.then(() => assert.fail('it came'), (err) => assert.deepEqual([err.status, err.headers['x-cybozu-error']], [404, 'GAIA_BL01']));
  await gone(file.downloadFile(files[0]));
  await gone(file.downloadFile({ fileKey: 'unknown' }));

  const elsewhere = await guestSpace();
  await refused(elsewhere.inside.space.addThreadComment({
    space: elsewhere.id, thread: await defaultThread(elsewhere), comment: { files: [files[0]] },
  }), 403, 'CB_NO02');

  await space.inside.space.addThreadComment({ space: space.id, thread: await defaultThread(space), comment: { files } });
  let hits = [];
  while (hits.length < files.length) { // the index follows what is written
    ({ hits } = await space.inside.search({ query: [{ operator: 'AND', keywords: ['lantern'] }], types: ['ATTACHMENT'] }));
  }
  assert.deepEqual(hits.map((hit) => hit.attachment.name).sort(), Object.keys(sent).sort());
  for (const { attachment: { fileKey } } of hits) {
    assert.deepEqual(Buffer.from(await file.downloadFile({ fileKey })), bytes);
    const other = await elsewhere.inside.file.downloadFile({ fileKey }).then(() => assert.fail('it came'), (err) => err);
    assert.deepEqual([other.status, other.headers['x-cybozu-error']], [403, 'CB_NO02']);
    const plain = await root.file.downloadFile({ fileKey }).then(() => assert.fail('it came'), (err) => err);
    assert.deepEqual([plain.status, plain.headers['x-cybozu-error']], [400, 'GAIA_IL23']);
    await gone(client(api, maker).file.downloadFile({ fileKey }));
  }
});

test('17: what is in a guest space is called by its own address', async () => {
  const [one, other] = [await guestSpace(), await guestSpace()];
  await refused(root.space.getSpace({ id: one.id }), 400, 'GAIA_IL23');
  await refused(root.space.updateSpaceGuests({ id: one.id, guests: [] }), 400, 'GAIA_IL23');
  await refused(root.space.updateThread({ id: await defaultThread(one), body: 'x' }), 400, 'GAIA_IL23');
  await refused(other.inside.space.getSpace({ id: one.id }), 403, 'CB_NO02');
  await refused(other.inside.space.updateSpaceGuests({ id: one.id, guests: [] }), 403, 'CB_NO02');
  const unknown = client(api, admin, 999_999_999);
  await refused(unknown.space.getSpace({ id: 999_999_999 }), 403, 'CB_NO02');
  assert.deepEqual(await one.inside.space.deleteSpace({ id: one.id }), {});
  await refused(one.inside.space.getSpace({ id: one.id }), 403, 'CB_NO02');
});

test('18: a long GET comes as a POST that means it', async (t) => {
  const { id } = await guestSpace();
  const { base, seen } = await underPath(t, api);
  const there = new KintoneRestAPIClient({ baseUrl: base, auth: { username: admin.email, password: admin.password }, guestSpaceId: id });
  assert.equal((await there.space.getSpace({ id, padding: 'x'.repeat(4096) })).id, id);
  assert.deepEqual(seen.map(({ method, url, headers }) => [method, url, headers['x-http-method-override']]), [
    ['POST', `/tenant1/k/guest/${id}/v1/space.json`, 'GET'],
  ]);
});

test('21: of a hundred and one calls one is refused, and pages answer', async () => {
  const { id, inside } = await guestSpace();
  const { finish } = unfinished(portal, admin, 100);
  // Who asks without a password is refused for that, until there is no room.
  for (let answer; answer?.status !== 429;) {
    answer = await fetch(`${api.base}/k/v1/space.json`);
    assert.equal(answer.headers.get('x-concurrencylimit-limit'), '100');
    await answer.arrayBuffer();
  }
  const err = await refused(inside.space.getSpace({ id }), 429, 'GAIA_TO04');
  assert.equal(err.headers['x-concurrencylimit-running'], '100');
  await forms.read(`/spaces/${id}`);
  assert.deepEqual(new Set(await finish()), new Set([200]));
  assert.equal((await inside.space.getSpace({ id })).id, id);
});
