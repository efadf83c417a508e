// Whoever loses access is out of a page that is open, without a click.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { open, settle, submit } from './world.mjs';

let browser, portal, host, world, account;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
  const page = await host.context.request.get('/admin/guests');
  [, account] = /\/admin\/guests\/(\d+)/.exec(await page.text());
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

// Opens a page, waits until it is looked after, and acts.
async function lost(path, act) {
  const { guest } = world;
  const stream = guest.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await guest.page.goto(path);
  await stream;
  await act();
}

test('a lowered permission is said on the open page (S3-09)', async () => {
  const { member, guest, space, thread } = world;
  await lost(thread, () => submit(member, `${space}/guests/${account}`, { permission: 'read' }));
  await guest.page.getByRole('alert').getByText('What you may do here has changed').waitFor();
  assert.equal(new URL(guest.page.url()).pathname, thread);
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
  await guest.page.waitForURL((url) => url.pathname === '/login');
});

test('who signs out in one tab is out in the other (SEC-S2)', async () => {
  const { member, space } = world;
  const stream = member.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await member.page.goto(space);
  await stream;
  await submit(member, '/logout');
  await member.page.waitForURL((url) => url.pathname === '/login');
});
