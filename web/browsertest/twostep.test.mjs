// A member with an authenticator app: set up in the profile, asked for at the
// sign-in, a recovery code in its place, and switched off again. And an
// administrator who must have one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, matrix, person, press, send, signOut } from './browser.mjs';
import { linkIn } from './inbox.mjs';
import { admin } from './portal.mjs';
import { step, totp } from './totp.mjs';
import { open, submit } from './world.mjs';

let browser, portal, host;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

const password = 'four brass keys on a hook';
const own = '/profile/second-step';

/** A new member with a browser, signed in. */
async function member(t, email, options) {
  await submit(host, '/admin/members', { display_name: 'Mika Aalto', email, delivery: 'mail' });
  const who = { ...await person(browser, portal, options), portal };
  t.after(who.close);
  const mail = await portal.inbox.mailFor(email, 'member-invitation');
  await submit(who, new URL(linkIn(mail, '/password/reset/')).pathname, { password });
  return who;
}

async function signIn(page, email) {
  await page.goto('/login');
  await page.fill('[name=login]', email);
  await page.fill('[name=password]', password);
  await send(page, 'login');
  await page.waitForURL(`${portal.base}/verification`);
}

const enter = async (page, code) => {
  await page.fill('[name=code]', code);
  await send(page, 'code');
};

const keyOn = async (page) => (await page.locator('#totp-key').textContent()).replaceAll(/\s/g, '');
const codesOn = (page) => page.locator('.codes li').allTextContents();
const button = (page, action) => page.locator(`form[action="${action}"] button`).first();
const locales = ['en-GB', 'ja-JP', 'zh-CN', 'en-GB'];

for (const [index, at] of matrix.entries()) {
  test(`a member and an app: ${at.title}`, async (t) => {
    const email = `mika-${index}@aoyama.test`;
    const who = await member(t, email, { ...at, locale: locales[index] });
    const { page } = who;
    await page.goto(own);
    await look(t, who, 'second step, none');
    await press(page, button(page, own));
    const key = await keyOn(page);
    assert.equal(await page.locator('svg.qr path').count(), 1, 'a QR code');
    await look(t, who, 'second step, an app to scan');
    who.expectStatus(422);
    await enter(page, '12345');
    await page.locator('[data-problem="factor_not_confirmed"]').first().waitFor();
    await look(t, who, 'second step, not confirmed');
    const used = step();
    await enter(page, totp(key, used));
    await page.locator('.codes').waitFor();
    const codes = await codesOn(page);
    assert.equal(codes.length, 10);
    await look(t, who, 'second step, new recovery codes');
    await press(page, button(page, `${own}/put-away`));
    await page.locator('[data-factor=totp]').waitFor();
    assert.equal(await page.locator('.codes').count(), 0, 'shown once');
    await look(t, who, 'second step, an app');
    await signOut(page);

    await signIn(page, email);
    await look(t, who, 'sign-in, code of an app');
    await enter(page, '87654321');
    await page.locator('[data-problem="factor_wrong"]').first().waitFor();
    await look(t, who, 'sign-in, wrong code');
    await enter(page, totp(key, used + 1)); // the app's next code, a little early
    await page.waitForURL(`${portal.base}/`);
    await signOut(page);

    await signIn(page, email);
    await enter(page, codes[2]);
    await page.waitForURL(`${portal.base}${own}`);
    assert.match(await page.locator('.flash').textContent(), /9/);
    await look(t, who, 'second step, after a recovery code');
    const off = async (words) => {
      await page.fill('[name=current_password]', words);
      await press(page, page.locator(`form[action="${own}/delete"] button:not([type=button])`));
    };
    await off('not the password');
    await page.locator('[data-problem="password_wrong"]').first().waitFor();
    await look(t, who, 'second step, wrong password');
    await off(password);
    await page.locator('[data-factor=""]').waitFor();
    await signOut(page);
    await page.fill('[name=login]', email);
    await page.fill('[name=password]', password);
    await send(page, 'login');
    await page.waitForURL(`${portal.base}/`);
    who.assertCalm();
  });
}

test('an administrator must have an app, and helps a member who lost one', async (t) => {
  const email = 'lost@aoyama.test';
  const lost = await member(t, email);
  await lost.page.goto(own);
  await press(lost.page, button(lost.page, own));
  await enter(lost.page, totp(await keyOn(lost.page), step()));
  await lost.page.locator('.codes').waitFor();

  await submit(host, '/admin/authentication', { 'twostep.members': 'administrators' });
  const who = await person(browser, portal);
  t.after(who.close);
  const { page } = who;
  await page.goto('/login');
  await page.fill('[name=login]', admin.email);
  await page.fill('[name=password]', admin.password);
  await send(page, 'login');
  await page.waitForURL(`${portal.base}/verification`);
  await look(t, who, 'sign-in, an app to enrol');
  await enter(page, totp(await keyOn(page), step()));
  await page.waitForURL(`${portal.base}${own}`);
  assert.equal((await codesOn(page)).length, 10);
  assert.equal(await page.locator(`form[action="${own}/delete"]`).count(), 0, 'it stays on');
  await look(t, who, 'second step, demanded');
  await page.goto('/admin/authentication');
  assert.ok(await page.isChecked('[name="twostep.members"][value=administrators]'));

  await page.goto('/admin/members?q=lost');
  await press(page, page.locator(`tr[data-email="${email}"] a[href^="/admin/members/"]`).first());
  await look(t, who, 'member with an app');
  await press(page, page.locator('[data-app] a'));
  await page.locator('dialog [name=reason]').waitFor();
  await look(t, who, 'switch off the second step of a member');
  await press(page, page.locator('dialog form[action$="/second-step/delete"] button'));
  await page.locator('.flash').waitFor();
  assert.equal(await page.locator('[data-app]').count(), 0);
  await portal.inbox.mailFor(email, 'notification');
  assert.equal(await submit(lost, '/login', { login: email, password }), '/');
  who.assertCalm();
});
