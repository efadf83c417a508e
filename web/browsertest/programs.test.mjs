// Documented samples of the REST API, run unchanged in a page of the portal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, matrix, person, send } from './browser.mjs';
import { admin, Portal } from './portal.mjs';

let browser, portal;
before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

test('a script in a page adds guests, with a picture that it uploaded', async (t) => {
  const who = await person(browser, portal, matrix.find((at) => at.script));
  t.after(who.close);
  const { page } = who;
  await page.goto('/login?next=/k/docs');
  await page.fill('[name=login]', admin.email);
  await page.fill('[name=password]', admin.password);
  await send(page, 'login');
  await page.waitForURL('**/k/docs');
  await look(t, who, 'the calls of the API');

  const fileKey = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [8, 8];
    const picture = await new Promise((done) => canvas.toBlob(done));
    const form = new FormData();
    form.append('__REQUEST_TOKEN__', kintone.getRequestToken());
    form.append('file', picture, 'face.png');
    const response = await fetch('/k/v1/file.json', { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest' }, body: form });
    return (await response.json()).fileKey;
  });
  const guests = [
    { name: 'Aki Sample', code: 'aki@sample.test', password: 'password', timezone: 'Asia/Tokyo', locale: 'ja', image: fileKey },
    { name: 'Ben Sample', code: 'ben@sample.test', password: 'password', timezone: 'America/Los_Angeles' },
  ];
  const added = await page.evaluate((list) => new Promise((done) => {
    kintone.api(kintone.api.url('/k/v1/guests', true), 'POST', { guests: list }, done, done);
  }), guests);
  assert.deepEqual(added, {});

  who.expectStatus(400);
  const again = await page.evaluate((list) => kintone.api('/k/v1/guests', 'POST', { guests: list }).catch((refused) => refused), guests);
  assert.equal(again.code, 'CB_VA01');
  assert.ok(again.errors['guests[0].code'].messages.length);

  const deleted = await page.evaluate(() => new Promise((done) => {
    const call = new XMLHttpRequest();
    call.open('DELETE', kintone.api.url('/k/v1/guests', true));
    call.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
    call.setRequestHeader('Content-Type', 'application/json');
    call.onload = () => done([call.status, JSON.parse(call.responseText)]);
    call.send(JSON.stringify({ guests: ['aki@sample.test'], __REQUEST_TOKEN__: kintone.getRequestToken() }));
  }));
  assert.deepEqual(deleted, [200, {}]);

  const many = await page.evaluate(() => kintone.api('/k/v1/spaces/statistics', 'GET', { nothing: Array(500).fill('something long') }));
  assert.deepEqual(many.spaces, []); // by override: the address was too long
  who.assertCalm();
});
