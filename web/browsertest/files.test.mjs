// The drive of a space: what is chosen or dropped, named, moved, deleted and
// fetched back, looked at and taken away; with the script and without (S4-14).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, phone, press, wide } from './browser.mjs';
import { pdf, picture, put } from './furnish.mjs';
import { open, settle, twin } from './world.mjs';

let browser, portal, host, world, files;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
  files = `${world.space}/files`;
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

const row = (page, name) => page.locator('tr[data-file], tr[data-folder]', { hasText: name });
const file = (name, words) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
const upload = (page) => page.locator('form#upload button.btn--primary').click();
const act = (page, name, label) => press(page, row(page, name).locator('.menu__panel').getByText(label, { exact: true }));

/** Names something in a dialog, or on the page that the dialog is without script. */
async function names({ page }, name) {
  const dialog = page.locator('dialog[open]');
  await dialog.locator('[name=name]').fill(name);
  await dialog.locator('button.btn--primary').click();
}

for (const at of [
  { title: 'JavaScript, 1280 px', script: true, viewport: wide },
  { title: 'no JavaScript, 390 px', script: false, viewport: phone },
]) {
  test(`files are put in order: ${at.title}`, async (t) => {
    const who = await twin(browser, world.guest, at);
    t.after(who.close);
    const { page } = who;
    const mark = at.script ? 'plan' : '見積';

    await t.test('several are uploaded at once', async () => {
      await page.goto(files);
      await page.locator('#upload input[type=file]').setInputFiles([file(`${mark} 1.txt`, 'one'), file(`${mark} 2.txt`, 'two')]);
      if (at.script) await page.locator('[data-upload=done]').nth(1).waitFor();
      await upload(page);
      await row(page, `${mark} 2.txt`).waitFor();
      assert.equal(await row(page, mark).count(), 2);
    });

    await t.test('a folder is made, with a word about a name that is missing', async () => {
      who.expectStatus(422);
      await page.locator('a[href*="folders/new"]').click();
      await page.locator('dialog[open] button.btn--primary').click();
      await page.locator('dialog[open] [data-problem=required]').first().waitFor();
      await names(who, `Folder of ${mark}`);
      await page.locator('.crumbs .here', { hasText: `Folder of ${mark}` }).waitFor();
    });

    await t.test('one is renamed', async () => {
      await page.goto(files);
      await act(page, `${mark} 1.txt`, 'Rename');
      await names(who, `${mark} final.txt`);
      await page.locator('.flash').waitFor();
      await page.goto(files);
      await row(page, `${mark} final.txt`).waitFor();
      assert.equal(await row(page, `${mark} 1.txt`).count(), 0);
    });

    await t.test('it is moved into the folder', async () => {
      await act(page, `${mark} final.txt`, 'Move');
      await page.locator('main').getByRole('link', { name: `Folder of ${mark}` }).click();
      await page.waitForURL(/at=\d+/);
      await look(t, who, `move ${at.title}`);
      await page.locator('form[action$="/move"] button.btn--primary').click();
      await page.locator('.crumbs .here', { hasText: `Folder of ${mark}` }).waitFor();
      await row(page, `${mark} final.txt`).waitFor();
    });

    await t.test('one is deleted, and comes back', async () => {
      await page.goto(files);
      await act(page, `${mark} 2.txt`, 'Delete');
      await page.locator('.flash form[action$="/restore"] button').waitFor();
      assert.equal(await row(page, `${mark} 2.txt`).count(), 0);
      await page.locator('.flash form[action$="/restore"] button').click();
      await row(page, `${mark} 2.txt`).waitFor();
    });

    await t.test('it gets a version, and an earlier one is the newest again', async () => {
      await row(page, `${mark} 2.txt`).locator('a.rows__title').click();
      await page.locator('form[action$="/versions"] input[type=file]').setInputFiles(file('other name.txt', 'second words'));
      await page.locator('form[action$="/versions"] button').click();
      await page.locator('.preview-text', { hasText: 'second words' }).waitFor();
      await page.locator('form[action$="/versions/1/restore"] button').click();
      await page.locator('.preview-text', { hasText: 'two' }).waitFor();
      await look(t, who, `versions ${at.title}`);
    });
    who.assertCalm();
  });
}

test('what is dropped is sent at once and taken with the form', async () => {
  const { page, assertCalm } = world.guest;
  await page.goto(files);
  await page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['dropped words'], 'dropped.txt', { type: 'text/plain' }));
    document.querySelector('#upload').dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
  });
  await page.locator('[data-upload=done]', { hasText: 'dropped.txt' }).waitFor();
  await upload(page);
  await row(page, 'dropped.txt').waitFor();
  assertCalm();
});

test('a picture, a text and a PDF are looked at in the browser (SEC-I5, SEC-I6)', async (t) => {
  const { member, space } = world;
  await put(member, space, 'harbour.png', picture(), { mimeType: 'image/png' });
  await put(member, space, 'Page plan.pdf', pdf('Autumn page plan'), { mimeType: 'application/pdf' });
  await put(member, space, '港の写真.txt', Buffer.from('表紙は港の写真にします。'), { mimeType: 'text/plain' });
  const who = await twin(browser, member);
  t.after(who.close);
  const { page } = who;
  const to = async (name) => {
    await page.goto(files);
    await row(page, name).locator('a.rows__title').click();
    await page.locator('#file-title').getByText(name).waitFor();
  };
  await to('harbour.png');
  await page.waitForFunction(() => document.querySelector('img.preview-picture').naturalWidth === 480);
  await to('港の写真.txt');
  await page.locator('.preview-text[lang^=ja]', { hasText: '表紙は港の写真' }).waitFor();
  await to('Page plan.pdf');
  await look(t, who, 'file of a PDF');
  const [reader] = await Promise.all([page.waitForEvent('popup'), page.locator('a[target=_blank][href$="/open"]').click()]);
  // The browser's reader stands in a frame of its own over the file's.
  for (let tries = 0; !reader.frames().some((frame) => frame.url().startsWith('chrome-extension:')); tries++) {
    assert.ok(tries < 100, `the PDF is not shown: ${reader.frames().map((frame) => frame.url())}`);
    await reader.waitForTimeout(100);
  }
  await reader.close();
});

test('a picture that is none is offered as a file', async (t) => {
  const { member, space } = world;
  await put(member, space, 'torn.png', picture().subarray(0, 60), { mimeType: 'image/png' });
  const who = await twin(browser, member);
  t.after(who.close);
  who.expectStatus(404);
  const { page } = who;
  await page.goto(files);
  await row(page, 'torn.png').locator('a.rows__title').click();
  await page.getByText('There is no preview for this file').waitFor();
  assert.equal(await page.locator('img.preview-picture').count(), 0);
  who.assertCalm();
});

test('what others add appears in the open list, and never under a choice', async (t) => {
  const { guest, space } = world;
  const who = await twin(browser, world.member);
  t.after(who.close);
  const { page } = who;
  const stream = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await page.goto(files);
  await stream;
  await put(guest, space, 'from erika.txt', Buffer.from('hello'), { mimeType: 'text/plain' });
  await row(page, 'from erika.txt').waitFor();
  const box = row(page, 'from erika.txt').locator('input[type=checkbox]');
  await box.check();
  await page.locator('h1').click(); // the focus goes elsewhere
  const told = page.evaluate(() => new Promise((done) => { document.addEventListener('news', () => done(), { once: true }); }));
  await put(guest, space, 'later.txt', Buffer.from('hello'), { mimeType: 'text/plain' });
  await told;
  assert.ok(await box.isChecked());
  await box.uncheck();
  await page.locator('h1').click();
  await put(guest, space, 'last.txt', Buffer.from('hello'), { mimeType: 'text/plain' });
  await row(page, 'last.txt').waitFor();
  await row(page, 'later.txt').waitFor();
  who.assertCalm();
});

test('a folder and a choice of files are taken away in one ZIP', async (t) => {
  const { member, space } = world;
  const folder = (await put(member, space, 'inner.txt', Buffer.from('inner'), { mimeType: 'text/plain' })).pathname;
  const who = await twin(browser, world.guest);
  t.after(who.close);
  const { page } = who;
  await page.goto(folder);
  for (const name of ['inner.txt', 'dropped.txt']) await row(page, name).locator('input[type=checkbox]').check();
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('button[form=selection]').click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const zip = Buffer.concat(chunks);
  assert.equal(zip.subarray(0, 2).toString(), 'PK');
  for (const name of ['inner.txt', 'dropped.txt']) assert.ok(zip.includes(name), name);
  assert.ok(!zip.includes('harbour.png'), 'what was not chosen');
  who.assertCalm();
});

test('a file for the team is not there for the guest, and the log is for who manages', async (t) => {
  const { member, guest, space } = world;
  await put(member, space, 'Prices of the printer.txt', Buffer.from('three'), { mimeType: 'text/plain', audience: 'team' });
  await member.page.goto(files);
  await row(member.page, 'Prices of the printer').getByText('Team only').waitFor();
  await guest.page.goto(files);
  assert.equal(await row(guest.page, 'Prices of the printer').count(), 0);
  await member.page.goto(`${files}/downloads`);
  await member.page.locator('tr', { hasText: 'dropped.txt' }).getByText('Erika Beispiel').first().waitFor();
  await look(t, member, 'log of downloads');
  guest.expectStatus(403);
  assert.equal((await guest.page.goto(`${files}/downloads`)).status(), 403);
});
