// Webhooks, from the form to a receiver that checks what it gets the way
// docs/webhooks.md tells receivers to: with the code that stands there.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, look, person, phone } from './browser.mjs';
import { open, submit } from './world.mjs';

let browser, portal, host, verify, folder, space;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-receiver-'));
  const document = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  await writeFile(join(folder, 'verify.mjs'), document.match(/```js\n([^]*?)```/)[1]);
  ({ verify } = await import(join(folder, 'verify.mjs')));
  browser = await launch();
  ({ portal, host } = await open(browser, { args: ['--outgoing-networks', '127.0.0.1/32'] }));
  space = await submit(host, '/spaces', { kind: 'guest', name: 'Autumn catalogue' });
});
after(async () => {
  await browser?.close();
  await portal?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A receiver: `next()` is the next request that comes, `status` what it answers. */
async function receiver() {
  const came = [], waiting = [];
  const it = {
    status: 200,
    next: () => (came.length ? Promise.resolve(came.shift()) : new Promise((resolve) => waiting.push(resolve))),
  };
  const server = createServer(async (request, answer) => {
    let body = '';
    for await (const piece of request) body += piece;
    answer.writeHead(it.status).end('this is not kept');
    const got = { headers: request.headers, body };
    waiting.length ? waiting.shift()(got) : came.push(got);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  it.url = `http://127.0.0.1:${server.address().port}/in`;
  it.close = () => new Promise((resolve) => server.close(resolve));
  return it;
}

/** Opens a page again until there is something on it. */
async function until(page, path, selector) {
  do await page.goto(path); while (!await page.locator(selector).count());
}

for (const script of [true, false]) {
  test(`a webhook ${script ? 'with' : 'without'} JavaScript`, async (t) => {
    const there = await receiver();
    t.after(there.close);
    const who = await person(browser, portal, { script });
    t.after(who.close);
    await who.context.addCookies(await host.context.cookies());
    const { page } = who;

    await page.goto('/admin/webhooks');
    await page.locator('a[href="/admin/webhooks/new"]').first().click();
    await page.fill('[name="name"]', `Register ${script}`);
    await page.fill('[name="url"]', there.url);
    await page.locator('main form button.btn--primary').click();
    const secret = await page.locator('#secret').textContent();
    assert.match(secret, /^whsec_[\w+/]+=*$/);
    await look(t, who, 'the secret');
    await page.locator('main a.btn--primary').click();
    const hook = new URL(page.url()).pathname;
    await look(t, who, 'a webhook to which nothing was sent');

    const guest = `guest-${script}@partner.test`;
    await submit(host, `${space}/invitations`, { emails: guest, permission: 'read' });
    const first = await there.next();
    assert.ok(verify(secret, first.headers, first.body), 'the signature is right');
    assert.ok(!verify(secret, first.headers, first.body.replace('read', 'edit')), 'another body has another signature');
    assert.ok(!verify(`whsec_${Buffer.alloc(32).toString('base64')}`, first.headers, first.body), 'another secret signs otherwise');
    const event = JSON.parse(first.body);
    assert.equal(event.id, first.headers['webhook-id']);
    assert.equal(event.type, 'guest.invited');
    assert.deepEqual(event.data.guest, { id: null, code: guest, name: '' });
    assert.deepEqual(event.data.space, { id: space.match(/\d+$/)[0], name: 'Autumn catalogue' });
    assert.deepEqual(event.data.details, { permission: 'read' });
    await until(page, hook, 'tr[data-state="delivered"]');

    there.status = 503;
    await page.locator(`form[action="${hook}/ping"] button`).click();
    const failed = await there.next();
    assert.equal(JSON.parse(failed.body).type, 'ping');
    await until(page, hook, 'tr[data-event="ping"]:has-text("503")');
    await look(t, who, 'a webhook that fails');
    await page.setViewportSize(phone);
    await look(t, { ...who, viewport: phone }, 'a webhook that fails, on a phone');

    there.status = 204;
    await page.locator('tr[data-event="ping"] a').click();
    assert.doesNotMatch(await page.locator('main').textContent(), /this is not kept/);
    const delivery = new URL(page.url()).pathname;
    await look(t, { ...who, viewport: phone }, 'an event that failed');
    await page.locator(`form[action="${delivery}/replay"] button`).click();
    const again = await there.next();
    assert.equal(again.headers['webhook-id'], failed.headers['webhook-id']);
    assert.equal(again.body, failed.body);
    assert.ok(verify(secret, again.headers, again.body));
    await until(page, delivery, '[data-state="delivered"]');

    await page.goto(hook);
    await page.locator(`form[action="${hook}/secret"] button`).click();
    const renewed = await page.locator('#secret').textContent();
    await submit(host, `${hook}/ping`);
    const both = await there.next();
    assert.ok(verify(secret, both.headers, both.body) && verify(renewed, both.headers, both.body), 'both secrets sign');
    await page.goto(`${hook}/delete`);
    await look(t, { ...who, viewport: phone }, 'before a webhook is deleted');
    await page.locator('main form button').click();
    await page.waitForURL('**/admin/webhooks');
    who.assertCalm();
  });
}

// Only networks that the operator named are reached: the others are refused by
// the form where it shows already, and else when something is sent.
test('a receiver inside', async () => {
  const { page } = await person(browser, portal);
  await page.context().addCookies(await host.context.cookies());
  await page.goto('/admin/webhooks/new');
  await page.fill('[name="name"]', 'Inside');
  await page.fill('[name="url"]', 'http://169.254.169.254/latest/meta-data/');
  await page.locator('main form button.btn--primary').click();
  await page.locator('[data-problem="forbidden_target"]').waitFor();
  await page.fill('[name="url"]', `http://[::1]:${new URL(portal.base).port}/healthz`);
  await page.locator('main form button.btn--primary').click();
  await page.locator('[data-problem="forbidden_target"]').waitFor();
});
