// What is new, and finding it again: the bell, the list, the choice of mails; the
// search in three languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, phone, wide } from './browser.mjs';
import { erika, open, settle, submit, twin } from './world.mjs';

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

test('the bell counts while one looks on, and what is read is no longer new (C15)', async (t) => {
  const { member, guest, thread } = world;
  const { page } = guest;
  const stream = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await page.goto('/');
  await stream;
  const before = Number(await page.locator('#bell .pill-count').textContent({ timeout: 1 }).then((text) => text.match(/\d+/)[0], () => '0'));
  await submit(member, `${thread}/comments`, { text: `What do you think, @${erika.name}?` });
  await page.waitForFunction((before) => parseInt(document.querySelector('#bell .pill-count')?.textContent ?? '0', 10) > before, before);
  await page.goto('/notifications');
  await page.locator('[data-notice]', { hasText: 'What do you think' }).waitFor();
  await look(t, guest, 'notices');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.locator('#bell .pill-count').waitFor({ state: 'detached' });
  assert.equal(await page.locator('[data-notice] .dot').count(), 0);
  guest.assertCalm();
});

test('one chooses which mails come, for all spaces and for one', async (t) => {
  const who = await twin(browser, world.guest, { viewport: phone });
  t.after(who.close);
  const { page } = who;
  await page.goto('/profile/notifications');
  await page.selectOption('#comments', 'daily');
  await page.locator('form[aria-labelledby=all-spaces] button.btn--primary').click();
  await page.locator('.flash').waitFor();
  assert.equal(await page.inputValue('#comments'), 'daily');
  await page.locator('summary', { hasText: 'Autumn catalogue' }).click();
  await page.locator('details[id^=space-] select[name=files]').selectOption('off');
  await page.locator('details[id^=space-]').getByRole('button', { name: /Save/ }).click();
  await page.locator('details[id^=space-][open]').getByText('Differs').waitFor();
  await look(t, who, 'choice of mails');
  who.assertCalm();
});

test('words are found in three languages, narrowed down, and nothing says so', async (t) => {
  const { member, thread, space } = world;
  await submit(member, `${thread}/comments`, { text: '表紙は港の写真にします。' });
  await submit(member, `${thread}/comments`, { text: '封面用港口的照片。' });
  const who = await twin(browser, world.guest, { viewport: wide });
  t.after(who.close);
  const { page } = who;
  for (const words of ['first should', '港の', '照片']) {
    for (let tries = 0; ; tries++) { // the index follows in a moment
      await page.goto(`/search?q=${encodeURIComponent(words)}`);
      if (await page.locator('#found mark').count() || tries > 40) break;
      await page.waitForTimeout(250);
    }
    assert.ok(await page.locator('#found [data-found=comment] mark').count(), `${words} is not found`);
  }
  await page.goto('/search?q=%E6%B8%AF%E3%81%AE&kind=comment');
  await page.locator('#found [data-found=comment]').waitFor();
  await page.locator('summary', { hasText: 'Narrow down' }).click();
  await look(t, who, 'search, narrowed');
  await page.selectOption('[name=space]', space.match(/\d+$/)[0]);
  await page.waitForURL(/space=\d+/);
  assert.equal(await page.locator('#found [data-found]').count(), 1);
  await page.goto('/search?q=nothing+of+the+kind');
  await page.getByText('Nothing found').waitFor();
  await look(t, who, 'search, nothing');
  who.assertCalm();
});
