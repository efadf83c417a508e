// Programs that call the portal: the vendor's own client, as npm has it, and
// what a program does that the client does not.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { KintoneRestAPIClient, KintoneRestAPIError } from '@kintone/rest-api-client';
import { request as browserless } from 'playwright-core';
import { Contract, proxy } from './contract.mjs';
import { submit } from './world.mjs';

/** The client as this person; with a space, for what is in that guest space. */
export const client = (portal, { email, password }, guestSpaceId) => new KintoneRestAPIClient({
  baseUrl: portal.base, auth: { username: email, password }, guestSpaceId,
});

/**
 * Waits for a call to be refused: with this status and code, and about these
 * parameters and no other. Gives the error.
 */
export async function refused(call, status, code, ...paths) {
  const err = await call.then((result) => assert.fail(`it was let through: ${JSON.stringify(result)}`), (err) => err);
  assert.ok(err instanceof KintoneRestAPIError, `no answer of the API: ${err.stack}`);
  assert.deepEqual(
    { status: err.status, code: err.code, paths: Object.keys(err.errors ?? {}).sort() },
    { status, code, paths: paths.sort() }, err.message);
  for (const { messages } of Object.values(err.errors ?? {})) assert.ok(messages.length > 0 && messages.every(Boolean));
  assert.match(err.id, /^[\w-]{20}$/);
  assert.equal(err.headers['x-cybozu-error'], code);
  return err;
}

/** The header with somebody's password, for calls that the client does not make. */
export const passwordOf = ({ email, password }) => ({ 'X-Cybozu-Authorization': Buffer.from(`${email}:${password}`).toString('base64') });

/** Somebody who has signed in, without a browser: for the forms of the pages. */
export async function atForms(t, portal, { email, password }) {
  const who = { context: { request: await browserless.newContext({ baseURL: portal.base }) }, portal };
  t.after(() => who.context.request.dispose());
  who.landed = await submit(who, '/login', { login: email, password });
  who.read = async (path) => {
    const answer = await who.context.request.get(path);
    assert.ok(answer.ok(), `${path} answers ${answer.status()}`);
    return answer.text();
  };
  return who;
}

/** The two guests of the documented sample, at addresses of their own. */
export const sample = (one, other, image) => [['John Doe', one], ['Jane Roe', other]].map(([name, code]) => ({
  code,
  password: 'password',
  timezone: 'America/Los_Angeles',
  locale: 'en',
  image,
  name,
  company: 'Company Name',
  division: 'Sales',
  phone: '999-456-7890',
  callto: 'skypecallto',
}));

/** The API of a portal: `contract` is held against what goes to `base`. */
export async function described(portal) {
  const contract = await Contract.of(portal);
  return { ...await proxy(portal, { watch: (call) => contract.check(call) }), contract };
}

/**
 * Holds the contract against the calls of a page. What is given waits for them
 * and has to, before the page is left: answers go with it.
 */
export function watched(page, contract) {
  const all = [];
  page.on('response', (response) => {
    const asked = response.request();
    if (!asked.url().includes('/v1/')) return;
    all.push((async () => contract.check({
      method: asked.method(), url: asked.url(), headers: await asked.allHeaders(),
      body: asked.headers()['content-type']?.startsWith('multipart/') ? null : asked.postDataBuffer() ?? Buffer.alloc(0),
      status: response.status(), answered: await response.allHeaders(), answer: await response.body(),
    }))());
  });
  return async () => {
    await Promise.all(all);
    assert.ok(all.length > 0, 'the calls went past the description');
    contract.assertDescribed();
  };
}

/**
 * A proxy that serves the portal under /tenant1, as some organisations do. It
 * keeps in `seen` how each call came.
 */
export async function underPath(t, portal) {
  const seen = [];
  const { base, close } = await proxy(portal, { under: '/tenant1', watch: (call) => seen.push(call) });
  t.after(close);
  return { base: `${base}/`, seen };
}

/**
 * Calls that have begun and do not end before `finish`: uploads whose file has
 * not come yet. `finish` gives the status of each.
 */
export function unfinished(portal, who, n) {
  const boundary = 'a-part';
  const calls = Array.from({ length: n }, () => {
    const call = request(`${portal.base}/k/v1/file.json`, {
      method: 'POST', headers: { ...passwordOf(who), 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    });
    const status = new Promise((resolve, reject) => call.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject));
    call.write(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\na`);
    return { call, status };
  });
  return {
    finish: () => Promise.all(calls.map(({ call, status }) => {
      call.end(`\r\n--${boundary}--\r\n`);
      return status;
    })),
  };
}
