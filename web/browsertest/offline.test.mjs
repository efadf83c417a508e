// A guest without e-mail: invited on paper, an authenticator app as the second
// step, back with its next code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, matrix, person, send } from './browser.mjs';
import { step, totp } from './totp.mjs';
import { open, submit } from './world.mjs';

let browser, portal, host, space;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  await submit(host, '/admin/authentication', { 'twostep.guests': 'on' });
  space = await submit(host, '/spaces', { kind: 'guest', name: 'Workshop floor', cover: 'preset:harbour' });
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

const password = 'nine lamps above the workbench';

for (const [index, at] of matrix.entries()) {
  test(`a guest without e-mail signs up and comes back: ${at.title}`, async (t) => { // S4-25, C10
    const identifier = `bench-${index}`;
    const { page: desk } = host;
    await desk.goto(`${space}/invitations/printed/new`);
    await desk.fill('[name=name]', 'Ana Silva');
    await desk.fill('[name=identifier]', identifier);
    await look(t, host, 'guest without e-mail');
    await send(desk, 'identifier');
    await desk.locator('#link').waitFor();
    await look(t, host, 'printed page');
    const link = new URL((await desk.locator('#link').textContent()).trim());
    assert.equal(await desk.locator('svg.qr path').count(), 1, 'a QR code');

    const who = await person(browser, portal, at);
    t.after(who.close);
    const { page } = who;
    await page.goto(link.pathname);
    await page.fill('[name=display_name]', 'Ana');
    await page.fill('[name=password]', password);
    await look(t, who, 'sign-up with an identifier');
    await send(page, 'password');
    await page.waitForURL(`${portal.base}/verification`);
    await look(t, who, 'enrol an app');
    const key = (await page.locator('#totp-key').textContent()).replaceAll(/\s/g, '');
    const used = step();
    await page.fill('[name=code]', totp(key, used));
    await send(page, 'code');
    await page.waitForURL(`${portal.base}${space}`);
    await page.goto('/profile/second-step');
    await look(t, who, 'own second step');

    const back = await person(browser, portal, at);
    t.after(back.close);
    await back.page.goto('/login');
    await back.page.fill('[name=login]', identifier.toUpperCase());
    await back.page.fill('[name=password]', password);
    await send(back.page, 'login');
    await back.page.waitForURL(`${portal.base}/verification`);
    await look(t, back, 'code of an app');
    await back.page.fill('[name=code]', totp(key, used + 1)); // the app's next code, a little early
    await send(back.page, 'code');
    await back.page.waitForURL(`${portal.base}/`);
  });
}
