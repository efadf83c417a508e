// What holds the description against the wire finds what is wrong.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { KintoneRestAPIClient } from '@kintone/rest-api-client';
import { parse } from 'yaml';
import { Contract } from './contract.mjs';

const document = parse(await readFile(new URL('../api/openapi.yaml', import.meta.url), 'utf8'));

const answered = { 'content-type': 'application/json;charset=utf-8', 'x-concurrencylimit-limit': '100', 'x-concurrencylimit-running': '1' };
const good = {
  method: 'GET', url: '/tenant1/k/guest/3/v1/space/members.json?id=1', headers: {}, body: Buffer.alloc(0), status: 200, answered,
  answer: '{"members": [{"entity": {"type": "USER", "code": "a"}, "isAdmin": true, "isImplicit": false, "includeSubs": false}]}',
};
const refused = {
  ...good, status: 403, answered: { ...answered, 'x-cybozu-error': 'CB_NO02' },
  answer: '{"code": "CB_NO02", "id": "01234567890123456789", "message": "No."}',
};
const removed = { ...good, method: 'DELETE', url: '/k/v1/guests.json?guests%5B0%5D=a%40b.test', answer: '{}' };
const changed = { ...good, method: 'POST', headers: { 'x-http-method-override': 'PUT' }, url: '/k/v1/space.json', body: Buffer.from('{"id": 1, "name": null}'), answer: '{}' };
const lost = { ...refused, url: '/k/v1/nothing.json', status: 404, answered: { ...answered, 'x-cybozu-error': 'GH_NF01' }, answer: refused.answer.replace('CB_NO02', 'GH_NF01') };

const found = (call) => {
  const contract = new Contract(document);
  contract.check(call);
  return contract.problems;
};

test('what is described is let through', () => {
  for (const call of [good, refused, removed, changed, lost]) assert.deepEqual(found(call), []);
});

const replaced = (call, from, to) => ({ ...call, answer: call.answer.replace(from, to) });

for (const [title, call] of Object.entries({
  'a member too much': replaced(good, '"isAdmin"', '"more": 1, "isAdmin"'),
  'a member too little': replaced(good, ', "includeSubs": false', ''),
  'another type': replaced(good, 'true', '"true"'),
  'a page': { ...good, answered: { ...answered, 'content-type': 'text/html' } },
  'no header': { ...good, answered: { ...answered, 'x-concurrencylimit-limit': undefined } },
  'an unknown status': { ...good, status: 201 },
  'an unknown address': { ...good, url: '/k/v1/nothing.json' },
  'an ID that is none': { ...good, url: '/k/v1/space/members.json?id=one' },
  'no ID': { ...good, url: '/k/v1/space/members.json' },
  'too many guests': { ...removed, url: `/k/v1/guests.json?${'guests[]=a&'.repeat(101)}` },
  'an answer where none belongs': { ...removed, answer: '{"id": "1"}' },
  'an error without its ID': replaced(refused, '"id"', '"ID"'),
  'a code of another status': replaced(refused, 'CB_NO02', 'CB_VA01'),
  'a code of another call': replaced(refused, 'CB_NO02', 'GH_QU01'),
  'a header with no code': { ...refused, answered: { ...refused.answered, 'x-cybozu-error': 'nothing' } },
})) test(`it finds ${title}`, () => assert.notDeepEqual(found(call), []));

test('a problem is told once', () => {
  const contract = new Contract(document);
  contract.check({ ...good, status: 201 });
  assert.throws(() => contract.assertDescribed());
  contract.assertDescribed();
});

test('each call is one of the official client', () => {
  const client = new KintoneRestAPIClient({ baseUrl: 'http://localhost', auth: { username: 'a', password: 'b' } });
  const { calls } = new Contract(document);
  assert.ok(calls.length > 10);
  for (const call of calls) {
    const method = call['x-client'].split('.').reduce((at, step) => at[step], client);
    assert.equal(typeof method, 'function', call['x-client']);
  }
});
