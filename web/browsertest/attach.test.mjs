// Files of comments: chosen, dropped, cut in the middle, and without the script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, launch } from './browser.mjs';
import { open, settle, twin } from './world.mjs';

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

const large = (letter) => Buffer.alloc(9 << 20, letter); // three pieces
const attached = (page, name) => page.locator('a[data-attachment]', { hasText: name });
const done = (page, name) => page.locator('[data-upload="done"]', { hasText: name });

test('files are sent while one writes, and can be dropped and removed before sending', async (t) => {
  const { guest: { page, assertCalm }, thread } = world;
  await page.goto(thread);
  await page.locator('#files').setInputFiles([
    { name: 'large.bin', mimeType: 'application/octet-stream', buffer: large('a') },
    { name: 'unwanted.txt', mimeType: 'text/plain', buffer: Buffer.from('no') },
  ]);
  await page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['dropped words'], 'dropped.txt', { type: 'text/plain' }));
    const options = { dataTransfer: carried, bubbles: true, cancelable: true };
    document.querySelector('#text').dispatchEvent(new DragEvent('drop', options));
  });
  for (const name of ['large.bin', 'unwanted.txt', 'dropped.txt']) await done(page, name).waitFor();
  await assertAccessible(t, page);
  await page.getByRole('button', { name: 'Remove: unwanted.txt' }).click();
  await page.locator('#text').fill('Two files');
  await page.locator('form.composer button.btn--primary').click();
  await attached(page, 'large.bin').last().waitFor();
  assert.equal(await attached(page, 'dropped.txt').count(), 1);
  assert.equal(await attached(page, 'unwanted.txt').count(), 0);
  const address = await attached(page, 'large.bin').getAttribute('href');
  const content = await (await page.request.get(address)).body();
  assert.ok(content.equals(large('a')));
  assertCalm();
});

test('an upload that is cut goes on where it stood, and the form waits for it', async () => {
  const { guest, thread } = world;
  const { page } = guest;
  await page.goto(thread);
  let cuts = 0;
  const offsets = [];
  await page.route(/\/uploads\/\d+\?offset=/, (route) => {
    offsets.push(new URL(route.request().url()).searchParams.get('offset'));
    return offsets.length === 2 && ++cuts ? route.abort('connectionreset') : route.continue();
  });
  await page.locator('#text').fill('After a cut');
  await page.locator('#files').setInputFiles([{ name: 'cut.bin', mimeType: 'application/octet-stream', buffer: large('b') }]);
  await page.locator('[data-upload="sending"]').waitFor();
  await page.locator('form.composer button.btn--primary').click();
  await attached(page, 'cut.bin').waitFor();
  await page.unroute(/\/uploads\/\d+\?offset=/);
  assert.equal(cuts, 1);
  assert.equal(offsets[1], offsets[2], 'it did not go on where it stood');
  assert.equal(offsets.filter((offset) => offset === '0').length, 1, 'it began again');
});

test('without the script files go with the form, and stay when it comes back', async (t) => {
  const { guest, thread } = world;
  const plain = await twin(browser, guest, { script: false });
  plain.expectStatus(422);
  const { page } = plain;
  await page.goto(thread);
  const send = page.locator('form.composer button.btn--primary');
  await page.locator('#files').setInputFiles([{ name: 'plain.txt', mimeType: 'text/plain', buffer: Buffer.from('plain words') }]);
  await send.click();
  await page.getByLabel('plain.txt').waitFor();
  await assertAccessible(t, page, plain);
  await page.locator('#text').fill('Without a script');
  await send.click();
  await attached(page, 'plain.txt').waitFor();
  plain.assertCalm();
  await plain.close();
});
