// The tools of these tests must see what is wrong, or a green run means nothing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import nodemailer from 'nodemailer';
import { assertAccessible, assertFits, axe, launch, matrix, person, phone } from './browser.mjs';
import { codeIn, Inbox, linkIn } from './inbox.mjs';

const pages = {
  '/good': '<!doctype html><html lang="en"><title>Good</title><meta name="viewport" content="width=device-width"><main><h1>Good</h1><p>Text.</p></main>',
  '/bad': '<!doctype html><html><title>Bad</title><main><h1>Bad</h1><input></main>',
  '/wide': `<!doctype html><html lang="en"><title>Wide</title><meta name="viewport" content="width=device-width"><main><h1>Wide</h1><p>${'w'.repeat(100)}</p></main>`,
  '/inline': '<!doctype html><html lang="en"><title>Inline</title><main><h1>Inline</h1><script>1</script></main>',
};

let browser, server, site;
before(async () => {
  server = createServer((request, response) => {
    const html = pages[request.url];
    response.writeHead(html ? 200 : 500, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; script-src 'self'",
    });
    response.end(html ?? '<!doctype html><title>Broken</title>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  site = { base: `http://127.0.0.1:${server.address().port}` };
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const at of matrix) {
  test(`axe finds what is wrong, and only that: ${at.title}`, async (t) => {
    const visitor = await person(browser, site, at);
    t.after(visitor.close);
    await visitor.page.goto('/good');
    await assertAccessible(t, visitor.page, at);
    await visitor.page.goto('/bad');
    const found = (await axe(visitor.page, at)).map((f) => f.id);
    assert.ok(found.includes('html-has-lang') && found.includes('label'), `found ${found}`);
    await assert.rejects(assertAccessible(t, visitor.page, at), /label/);
    visitor.assertCalm();
  });
}

test('a page that is too wide is noticed', async (t) => {
  const visitor = await person(browser, site, { viewport: phone });
  t.after(visitor.close);
  await visitor.page.goto('/good');
  await assertFits(visitor.page);
  await visitor.page.goto('/wide');
  await assert.rejects(assertFits(visitor.page), /px wide in a window of 390 px/);
});

test('refusals by the policy and broken pages are noticed', async (t) => {
  const visitor = await person(browser, site);
  t.after(visitor.close);
  await visitor.page.goto('/inline');
  assert.match(visitor.problems.join('\n'), /Content Security Policy/);
  await visitor.page.goto('/broken');
  assert.match(visitor.problems.join('\n'), /500 GET \/broken/);
  assert.throws(visitor.assertCalm);
});

test('a mail that was sent is found by address and kind, each once', async (t) => {
  const inbox = await Inbox.open();
  t.after(() => inbox.close());
  const sender = nodemailer.createTransport(inbox.url.replace('?tls=none', ''));
  const send = (to, kind, text) => sender.sendMail({
    from: 'portal@host.test', to, subject: 'Grüße', text, html: `<p>${text}</p>`, headers: { 'X-Guesthouse-Mail': kind },
  });
  const link = 'http://localhost:8080/invitations/abc_DEF-123';
  const waiting = inbox.mailFor('tanaka@partner.test', 'verification');
  await send('tanaka@partner.test', 'invitation', `Come in:\n${link}\nuntil Friday`);
  await send('other@partner.test', 'verification', '1111 1111');
  await send('tanaka@partner.test', 'verification', 'Your code:\n\n1234 5678\n\nuntil 12:34');

  assert.equal(codeIn(await waiting), '12345678');
  const invitation = await inbox.mailFor('Tanaka@partner.test', 'invitation');
  assert.equal(linkIn(invitation), link);
  assert.equal(invitation.subject, 'Grüße');
  await assert.rejects(inbox.mailFor('tanaka@partner.test', 'invitation', { within: 50 }), /no invitation mail/);
});
