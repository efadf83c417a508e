// Forms that are sent: once, however often one presses, and again when that is meant.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { open, settle } from './world.mjs';

let browser, portal, host, world;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

const say = (page) => page.locator('form.composer .composer__bar button.btn--primary');
const comments = (page, text) => page.locator('#comments .comment', { hasText: text });

/** Clicks as a person does: without waiting for a page that is on its way. */
async function clicks(page, button, clickCount) {
  await button.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await button.boundingBox();
  const click = (times) => page.mouse.click(x + width / 2, y + height / 2, { clickCount: times });
  await click(clickCount);
  return click;
}

/**
 * A server that takes its time: what is posted there arrives, also when the
 * browser gives up waiting, and is answered after `answer()`.
 */
async function slow(page, address) {
  const posts = [];
  let answer;
  const answered = new Promise((resolve) => (answer = resolve));
  await page.route(address, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const posted = route.fetch({ headers: { ...route.request().headers(), origin: portal.base }, maxRedirects: 0 });
    posts.push(posted);
    const response = await posted;
    await answered;
    await route.fulfill({ response }).catch(() => {}); // nobody waits for it any more
  });
  return { posts, answer };
}

test('who clicks twice while the server takes its time says it once', async () => {
  const { member: { page, assertCalm }, thread } = world;
  await page.goto(thread);
  const server = await slow(page, `**${thread}/comments`);
  await page.locator('#text').fill('Only once');
  const first = page.waitForRequest((request) => request.method() === 'POST');
  const click = await clicks(page, say(page), 2);
  await first;
  await click(1); // and once more, later
  await Promise.all(server.posts);
  server.answer();
  await comments(page, 'Only once').first().waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await page.goto(thread);
  assert.equal(await comments(page, 'Only once').count(), 1);
  assertCalm();
});

test('a dialog is sent once too, also while the page it leads to is on its way', async () => {
  const { member: { page, assertCalm }, space } = world;
  await page.goto(`${space}/files`);
  await page.locator('a[data-dialog][href*="folders/new"]').click();
  const dialog = page.locator('dialog:modal');
  await dialog.locator('[name=name]').fill('Twice');
  const server = await slow(page, `**${space}/files/folders/new`);
  let lead;
  const led = new Promise((resolve) => (lead = resolve));
  await page.route(/files\?folder=\d+$/, async (route) => {
    if (route.request().resourceType() === 'document') await led;
    await route.continue();
  });
  const button = dialog.locator('button.btn--primary');
  const leading = page.waitForRequest((request) => /files\?folder=\d+$/.test(request.url()) && request.resourceType() === 'document');
  const click = await clicks(page, button, 2);
  server.answer();
  await leading;
  await click(1);
  assert.equal(server.posts.length, 1);
  lead();
  await page.waitForURL(/folder=\d+/);
  await page.unrouteAll({ behavior: 'wait' });
  await page.goto(`${space}/files`);
  assert.equal(await page.locator('[data-folder]', { hasText: 'Twice' }).count(), 1);
  assertCalm();
});

test('a form that came back with mistakes is sent again', async () => {
  const { member, space, thread } = world;
  const { page } = member;
  member.expectStatus(422);
  await page.goto(thread);
  await page.locator('#text').fill('   ');
  await say(page).click();
  await page.locator('[data-problem=required]').first().waitFor();
  await page.locator('#text').fill('With words now');
  await say(page).click();
  await comments(page, 'With words now').waitFor();
  // In a dialog the mistakes are answered in place.
  await page.goto(`${space}/files`);
  await page.locator('a[data-dialog][href*="folders/new"]').click();
  const dialog = page.locator('dialog:modal');
  await dialog.locator('button.btn--primary').click();
  await dialog.locator('[data-problem=required]').first().waitFor();
  await dialog.locator('[name=name]').fill('Named now');
  await dialog.locator('button.btn--primary').click();
  await page.waitForURL(/folder=\d+/);
  member.assertCalm();
});

test('after a lost connection, and after Back, the form is sent again', async () => {
  const { member: { page, problems }, thread } = world;
  await page.goto(thread);
  await page.locator('#text').fill('Through the tunnel');
  await page.route(`**${thread}/comments`, (route) => route.abort('connectionreset'), { times: 1 });
  const lost = page.waitForEvent('requestfailed');
  await clicks(page, say(page), 1);
  await lost;
  await page.waitForURL('chrome-error://**').catch(() => {}); // it says that the connection was lost
  await page.goBack();
  await page.locator('#text').fill('Through the tunnel');
  await say(page).click();
  await comments(page, 'Through the tunnel').waitFor();
  // A page that the browser has kept as it was left.
  await page.locator('form.composer').evaluate((form) => {
    form.dataset.sent = '';
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });
  await page.locator('#text').fill('Back again');
  await say(page).click();
  await comments(page, 'Back again').waitFor();
  assert.deepEqual(problems.splice(0).filter((p) => !p.includes('ERR_CONNECTION_RESET')), []);
});

test('a form that answers with a download can be sent again after a while', async () => {
  const { guest: { page, assertCalm } } = world;
  await page.clock.install();
  await page.goto('/profile/export');
  const button = page.locator('form[action="/profile/export"] button');
  for (let times = 0; times < 2; times++) {
    const download = page.waitForEvent('download');
    await button.click();
    await (await download).delete();
    await page.clock.fastForward(11_000);
    await page.locator('form[action="/profile/export"]:not([data-sent])').waitFor();
  }
  assertCalm();
});

test('each button of a form does its own, and reactions go there and back', async () => {
  const { member: { page, assertCalm }, thread } = world;
  await page.goto(thread);
  const form = page.locator('form.reactions').first();
  for (const count of [1, 0, 1]) {
    if (count && !await form.locator(':scope > button').count()) {
      await form.locator('[data-react]').click();
      await form.locator('details button').first().click();
    } else {
      await form.locator(':scope > button').first().click();
    }
    await page.waitForFunction((count) => {
      const form = document.querySelector('form.reactions');
      return form.ariaBusy !== 'true' && form.querySelectorAll(':scope > button').length === count;
    }, count);
  }
  assertCalm();
});

test('the reaction of somebody else appears on the open thread', async () => {
  const { guest, member, thread } = world;
  await member.page.goto(thread);
  const before = await member.page.locator('form.reactions > button').count();
  const stream = guest.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await guest.page.goto(thread);
  await stream;
  const form = member.page.locator('form.reactions').first();
  await form.locator('[data-react]').click();
  await form.locator('details button').last().click();
  await guest.page.locator('form.reactions > button').nth(before).waitFor();
  guest.assertCalm();
  member.assertCalm();
});
