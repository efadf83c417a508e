// The REST API from a page of the portal, by the session of whoever looks at it:
// the browser build of the vendor's client, unchanged, and the documented samples.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, person } from './browser.mjs';
import { Contract } from './contract.mjs';
import { picture } from './furnish.mjs';
import { admin, Portal } from './portal.mjs';
import { sample, watched } from './rest.mjs';
import { submit } from './world.mjs';

const client = await readFile(join(dirname(createRequire(import.meta.url).resolve('@kintone/rest-api-client/package.json')), 'umd', 'KintoneRestAPIClient.min.js'), 'utf8');

let browser, portal, contract;
before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  contract = await Contract.of(portal);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

// A browser does not tell what is in a form that holds a file: the page does.
const watchForms = `{
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    if (body instanceof FormData) globalThis.sentParts = [...body.keys()];
    return send.call(this, body);
  };
}`;

/** Somebody at the page whose scripts may call, with the client in it. */
async function atPage(t) {
  const who = { ...await person(browser, portal), portal };
  t.after(who.close);
  who.expectStatus(400, 403);
  who.calls = [];
  who.page.on('request', (request) => {
    if (request.url().includes('/v1/')) who.calls.push(request);
  });
  who.settled = watched(who.page, contract);
  who.assertWell = async () => {
    await who.settled();
    who.assertCalm();
  };
  who.signIn = async () => {
    await submit(who, '/login', { login: admin.email, password: admin.password });
    await who.page.goto('/k/docs');
    await who.page.evaluate(`${client}; 0`);
  };
  await who.signIn();
  return who;
}

/** Runs a call of the client in the page; a refusal is given as what it says. */
const run = (page, call, argument) => page.evaluate(async ({ call, argument }) => {
  const made = new globalThis.KintoneRestAPIClient();
  try {
    return { answer: await globalThis.eval(`(${call})`)(made, argument) };
  } catch ({ status, code, message, errors }) {
    return status ? { status, code, paths: Object.keys(errors ?? {}).sort() } : { message };
  }
}, { call: String(call), argument });

/** What a sample prints when its answer has come. */
async function printed(page, source) {
  const line = page.waitForEvent('console', (message) => message.type() === 'log');
  await page.evaluate(`${source}; 0`);
  return (await line).args()[0].jsonValue();
}

const face = [...picture(64, 64)];
const upload = (page) => run(page, (client, bytes) => client.file.uploadFile({
  file: { name: 'face.png', data: new Blob([new Uint8Array(bytes)]) },
}), face);

test('19: the client in a page calls by session, with the token where each call has it', async (t) => {
  const { page, calls, assertWell } = await atPage(t);
  await page.evaluate(watchForms);
  assert.deepEqual(await run(page, (client) => client.space.getStatistics({})), { answer: { spaces: [] } });
  const { answer: { fileKey } } = await upload(page);
  const guests = sample('by.session@partner.test', 'by.session.too@partner.test', fileKey);
  const add = (client, guests) => client.space.addGuests({ guests });
  assert.deepEqual(await run(page, add, guests), { answer: {} });
  assert.deepEqual(await run(page, add, guests), { status: 400, code: 'CB_VA01', paths: ['guests[0].code', 'guests[0].image', 'guests[1].code', 'guests[1].image'] });
  assert.deepEqual(await run(page, (client, code) => client.space.deleteGuests({ guests: [code] }), guests[0].code), { answer: {} });

  const [read, , added, , deleted] = calls;
  const token = await page.locator('meta[name="request-token"]').getAttribute('content');
  for (const call of calls) assert.equal(await call.headerValue('x-requested-with'), 'XMLHttpRequest');
  assert.ok(!read.url().includes('__REQUEST_TOKEN__'));
  assert.deepEqual(await page.evaluate('sentParts'), ['file', '__REQUEST_TOKEN__']);
  assert.equal(added.postDataJSON().__REQUEST_TOKEN__, token);
  assert.equal(new URL(deleted.url()).searchParams.get('__REQUEST_TOKEN__'), token);
  assert.equal(deleted.postData(), null);
  await assertWell();
});

test('19: without the token of this session nothing is done', async (t) => {
  const { page, context, signIn, assertWell } = await atPage(t);
  const stale = await page.evaluate('kintone.getRequestToken()');
  await context.request.post('/logout', { headers: { Origin: portal.base } });
  await signIn();
  const guests = sample('by.nobody@partner.test', 'by.nobody.too@partner.test');
  const acts = {
    add: (client, guests) => client.space.addGuests({ guests }),
    remove: (client, guests) => client.space.deleteGuests({ guests: guests.map(({ code }) => code) }),
    send: (client) => client.file.uploadFile({ file: { name: 'a.txt', data: new Blob(['a']) } }),
  };
  const [good] = await page.evaluate('[kintone.getRequestToken()]');
  assert.notEqual(good, stale);
  for (const token of ['', stale, `${good}x`]) {
    await page.evaluate((token) => { globalThis.kintone.getRequestToken = () => token; }, token);
    for (const act of Object.values(acts)) assert.deepEqual(await run(page, act, guests), { status: 403, code: 'CB_CS01', paths: [] });
    assert.deepEqual(await run(page, (client) => client.space.getStatistics({})), { answer: { spaces: [] } });
  }
  await page.evaluate((token) => { globalThis.kintone.getRequestToken = () => token; }, good);
  assert.deepEqual(await run(page, acts.add, guests), { answer: {} });
  assert.deepEqual(await run(page, acts.remove, guests), { answer: {} });
  await assertWell();
});

test('the documented samples run in a page', async (t) => {
  const { page, calls, settled, assertWell } = await atPage(t);
  const body = async (...codes) => JSON.stringify({ guests: sample(...codes, (await upload(page)).answer.fileKey) });
  assert.deepEqual(await printed(page, `
    var body = ${await body('guest1@example.com', 'guest2@example.com')};
    kintone.api(kintone.api.url('/k/v1/guests.json', true), 'POST', body, function(resp) {
      // success
      console.log(resp);
    }, function(error) {
      // error
      console.log(error);
    });`), {});
  assert.deepEqual(await printed(page, `
    var body = ${await body('guest3@example.com', 'guest4@example.com')};
    // CSRF TOKEN: used for all APIs that have an HTTP method of POST, PUT and DELETE on Kintone.
    body['__REQUEST_TOKEN__'] = kintone.getRequestToken();
    var url = '${portal.base}/k/v1/guests.json';
    var xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    xhr.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
    xhr.setRequestHeader('Content-Type', 'application/json');
    xhr.onload = function() {
      if (xhr.status === 200) {
        // success
        console.log(JSON.parse(xhr.responseText));
      } else {
        // error
        console.log(JSON.parse(xhr.responseText));
      }
    };
    xhr.send(JSON.stringify(body));`), {});
  const again = await printed(page, `kintone.api('/k/v1/guests', 'POST', ${await body('guest1@example.com', 'guest3@example.com')}).then(null, (error) => console.log(error))`);
  assert.deepEqual([again.code, Object.keys(again.errors)], ['CB_VA01', ['guests[0].code', 'guests[1].code']]);
  const { fileKey } = await printed(page, `
    var blob = new Blob([new Uint8Array(${JSON.stringify(face)})], {type: 'image/png'});
    var formData = new FormData();
    formData.append('__REQUEST_TOKEN__', kintone.getRequestToken());
    formData.append('file', blob, 'face.png');
    var xhr = new XMLHttpRequest();
    xhr.open('POST', kintone.api.url('/k/v1/file', false));
    xhr.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
    xhr.onload = function() {
      console.log(JSON.parse(xhr.responseText));
    };
    xhr.send(formData);`);
  assert.deepEqual(await printed(page, `kintone.api('/k/v1/guests', 'POST', ${JSON.stringify({ guests: sample('guest5@example.com', 'guest6@example.com', fileKey) })}, (resp) => console.log(resp))`), {});
  const removed = JSON.stringify({ guests: ['guest5@example.com', 'guest6@example.com'] });
  assert.deepEqual(await printed(page, `kintone.api(kintone.api.url('/k/v1/guests', true), 'DELETE', ${removed}, (resp) => console.log(resp), (error) => console.log(error))`), {});
  // Too long for an address: it goes as a POST that means a GET.
  const { spaces } = await page.evaluate(() => globalThis.kintone.api('/k/v1/spaces/statistics', 'GET', { nothing: Array(500).fill('something long') }));
  assert.deepEqual([spaces, calls.at(-1).method(), await calls.at(-1).headerValue('x-http-method-override')], [[], 'POST', 'GET']);
  await settled();
  await page.goto('/admin/guests');
  for (const n of [1, 2, 3, 4]) await page.locator(`tr[data-email="guest${n}@example.com"]`).first().waitFor();
  await assertWell();
});
