// Two people in one chat: what one says the other reads without a click, and
// what is typed without a connection is not lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, launch, phone } from './browser.mjs';
import { open, settle, submit, twin } from './world.mjs';

let browser, portal, host, world, chat;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
  chat = await submit(world.member, '/chats/new', { account: await idOf('/admin/guests', 'erika'), text: 'Hello Erika' });
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

const idOf = async (list, name) => {
  const page = await (await host.context.request.get(`${list}?q=${name}`)).text();
  return new RegExp(`${list}/(\\d+)`).exec(page)[1];
};

// Opens a page and waits until it is told what happens.
async function listening({ page }, path) {
  const stream = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await page.goto(path);
  await stream;
}

const type = async ({ page }, text) => {
  await page.locator('.chat__form textarea').fill(text);
  await page.locator('.chat__form textarea').press('Enter');
};

test('a message arrives on the open page, is counted elsewhere and is answered (S4-18)', async () => {
  const { member, guest } = world;
  await listening(guest, '/');
  await guest.page.locator('#chat-unread').getByText('1').waitFor();
  await listening(member, chat);
  await type(member, 'The **plates** are ready');
  await member.page.locator('.msg strong', { hasText: 'plates' }).waitFor();
  assert.equal(await member.page.locator('.chat__form textarea').inputValue(), '');
  await guest.page.locator('#chat-unread').getByText('2').waitFor();
  await listening(guest, chat);
  await type(member, 'Are you there?');
  await guest.page.locator('.msg').getByText('Are you there?').waitFor();
  await type(guest, 'Yes');
  await member.page.locator('.msg').getByText('Yes', { exact: true }).waitFor();
  assert.equal(await member.page.locator('.msg').count(), 4);
  member.assertCalm();
  guest.assertCalm();
});

test('without a connection the message waits with a button, and is posted once', async () => {
  const { member, guest } = world;
  await listening(member, chat);
  await member.page.route('**/chats/*', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch(); // it arrives, and the answer is lost
    await route.abort();
  }, { times: 1 });
  await type(member, 'Into the tunnel');
  const again = member.page.getByRole('button', { name: 'Send again' });
  await again.waitFor();
  await member.page.reload(); // it waits over a reload too
  await again.click();
  await again.waitFor({ state: 'detached' });
  await guest.page.goto(chat);
  assert.equal(await guest.page.locator('.msg').getByText('Into the tunnel').count(), 1);
  assert.equal(await member.page.locator('.msg').getByText('Into the tunnel').count(), 1);
  await member.page.locator('.chat__form textarea').fill('half a sentence');
  await member.page.reload();
  assert.equal(await member.page.locator('.chat__form textarea').inputValue(), 'half a sentence');
  await member.page.locator('.chat__form textarea').fill('');
});

test('the chat stays where one reads, and says that there is more', async () => {
  const { member, guest } = world;
  for (let i = 0; i < 30; i++) await submit(member, chat, { text: `Line ${i}` });
  await listening(guest, chat);
  const log = guest.page.locator('.chat__log');
  const place = () => log.evaluate((element) => element.scrollTop);
  assert.equal(await place(), 0, 'it begins at its end');
  await log.evaluate((element) => (element.scrollTop = -400));
  const first = await guest.page.locator('.msg').nth(5).boundingBox();
  await submit(member, chat, { text: 'Something new' });
  await guest.page.getByRole('button', { name: 'New messages: 1' }).waitFor();
  assert.ok(Math.abs((await guest.page.locator('.msg').nth(5).boundingBox()).y - first.y) < 2, 'the lines moved');
  await guest.page.getByRole('button', { name: 'New messages: 1' }).click();
  assert.equal(await place(), 0);
});

test('the pages of chats are accessible, at a desk and on a phone', async (t) => {
  const { member, guest, space } = world;
  await guest.page.goto(`${space}/chat`);
  await type(guest, 'Good morning, everyone');
  await guest.page.locator('.msg').getByText('Good morning').waitFor();
  const small = await twin(browser, member, { viewport: phone });
  for (const who of [member, small]) {
    for (const path of ['/chats', chat, `${space}/chat`]) {
      await who.page.goto(path);
      await assertAccessible(t, who.page);
      await assertFits(who.page);
    }
  }
});

test('a chat without a common space is closed on the page too (S4-18, SEC-S4)', async () => {
  const { member, guest, space } = world;
  await listening(guest, chat);
  await submit(member, `${space}/guests/${await idOf('/admin/guests', 'erika')}/delete`);
  guest.expectStatus(403);
  await type(guest, 'Too late');
  await guest.page.getByRole('button', { name: 'Send again' }).waitFor();
  await guest.page.reload();
  await guest.page.locator('#chat-closed').waitFor();
  assert.ok(await guest.page.getByText('Too late').isVisible(), 'what was typed is gone');
});
