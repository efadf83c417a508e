// Whoever loses access is out of a page that is open, without a click.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { erika, open, settle, submit } from './world.mjs';

let browser, portal, host, world, account, maker;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
  const numberAt = async (list) => {
    const page = await (await host.context.request.get(`${list}?q=${list.endsWith('guests') ? 'erika' : 'tanaka'}`)).text();
    return new RegExp(`${list}/(\\d+)`).exec(page)[1];
  };
  account = await numberAt('/admin/guests');
  maker = await numberAt('/admin/members');
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

// Opens a page, waits until it is looked after, and acts.
async function lost(path, act, { page } = world.guest) {
  const stream = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await page.goto(path);
  await stream;
  await act();
}

const yesterday = () => new Date(Date.now() - 36 * 3_600_000).toISOString().slice(0, 10);

const atLogin = (page) => page.waitForURL((url) => url.pathname === '/login');

const comeBack = ({ guest } = world) => submit(guest, '/login', { login: erika.email, password: erika.password });

test('a lowered permission is said on the open page (S3-09)', async () => {
  const { member, guest, space, thread } = world;
  await lost(thread, () => submit(member, `${space}/guests/${account}`, { permission: 'read' }));
  await guest.page.getByRole('alert').getByText('What you may do here has changed').waitFor();
  assert.equal(new URL(guest.page.url()).pathname, thread);
});

test('a guest whose access to the space ends leaves its page, and is back when it does not (S3-14, SEC-S4)', async () => {
  const { member, guest, space, thread } = world;
  guest.expectStatus(404);
  const path = `${space}/guests/${account}`;
  await lost(thread, () => submit(member, path, { permission: 'edit', ends_on: yesterday(), confirmed: 'on' }));
  await guest.page.locator('main[data-error]').waitFor();
  await submit(member, path, { permission: 'edit', ends_in_days: 'never' });
  assert.equal((await guest.page.goto(thread)).status(), 200);
});

test('a guest whose account ends leaves every page (S3-13, SEC-S4)', async () => {
  const { guest } = world;
  const path = `/admin/guests/${account}/expiry`;
  await lost('/', () => submit(host, path, { ends_on: yesterday(), confirmed: 'on' }));
  await atLogin(guest.page);
  await submit(host, path, { ends_in_days: 'never' });
  assert.equal(await comeBack(), '/');
});

test('a guest who is removed from the space leaves its page (S3-19, SEC-S4)', async () => {
  const { member, guest, space, thread } = world;
  guest.expectStatus(404);
  await lost(thread, () => submit(member, `${space}/guests/${account}/delete`));
  await guest.page.locator('main[data-error="not_found"]').waitFor();
  guest.assertCalm();
});

test('a suspended guest leaves every page (S4-27, SEC-S4)', async () => {
  const { guest } = world;
  await lost('/', () => submit(host, `/admin/guests/${account}/suspension`));
  await atLogin(guest.page);
});

test('a guest who becomes a member leaves the pages of the guest (S3-12, C16, SEC-S4)', async () => {
  const { guest } = world;
  await submit(host, `/admin/guests/${account}/suspension/delete`);
  assert.equal(await comeBack(), '/');
  await lost('/', () => submit(host, `/admin/guests/${account}/conversion`));
  await atLogin(guest.page);
});

test('an administrator who is one no more leaves the administration, and stays signed in (C17, SEC-S4)', async () => {
  const { member } = world;
  await submit(host, `/admin/members/${maker}`, { system_admin: 'on', may_create_guest_spaces: 'on' });
  member.expectStatus(403, 404);
  await lost('/admin', () => submit(host, `/admin/members/${maker}`, { may_create_guest_spaces: 'on' }), member);
  await member.page.locator('main[data-error]').waitFor();
  assert.equal((await member.page.goto('/')).status(), 200);
});

test('who signs out in one tab is out in the other (SEC-S2)', async () => {
  const { member, space } = world;
  const stream = member.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await member.page.goto(space);
  await stream;
  await submit(member, '/logout');
  await atLogin(member.page);
});
