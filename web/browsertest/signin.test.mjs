// The door of the portal: who may come in, where they land, in which language.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, matrix, person, send, signOut } from './browser.mjs';
import { admin, Portal } from './portal.mjs';

let browser, portal;
before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

async function signIn(page, password = admin.password) {
  await page.fill('[name=login]', admin.email);
  await page.fill('[name=password]', password);
  await send(page, 'login');
}

for (const at of matrix) {
  test(`a wrong password is told beside the form, a right one opens: ${at.title}`, async (t) => {
    const who = await person(browser, portal, at);
    t.after(who.close);
    const { page } = who;
    await page.goto('/login');
    await look(t, who, 'sign-in');

    who.expectStatus(422);
    await signIn(page, 'not the password of anybody');
    const problem = page.locator('[data-problem="login_failed"]');
    await problem.waitFor();
    assert.equal(await page.inputValue('[name=login]'), admin.email, 'what was typed stays');
    assert.equal(await page.inputValue('[name=password]'), '', 'but for the password');
    await look(t, who, 'sign-in refused');

    await signIn(page);
    await page.waitForURL(`${portal.base}/`);
    await look(t, who, 'home of an administrator');
    await signOut(page);
    await page.goBack(); // SEC-S9: nothing of it is kept
    await page.waitForURL((url) => url.pathname === '/login');
    who.assertCalm();
  });
}

// SEC-S6
for (const [next, lands] of [['/admin/guests', '/admin/guests'], ['//elsewhere.test/', '/'], ['https://elsewhere.test/', '/'], ['/\\elsewhere.test', '/']]) {
  test(`after signing in, next=${next} leads to ${lands}`, async (t) => {
    const who = await person(browser, portal);
    t.after(who.close);
    await who.page.goto(`/login?next=${encodeURIComponent(next)}`);
    await signIn(who.page);
    await who.page.waitForURL(`${portal.base}${lands}`);
    who.assertCalm();
  });
}

for (const [locale, lang] of [['en-GB', 'en'], ['ja-JP', 'ja'], ['zh-CN', 'zh'], ['zh-HK', 'zh'], ['fi-FI', 'en']]) {
  test(`a browser in ${locale} is spoken to in ${lang}`, async (t) => {
    const who = await person(browser, portal, { locale });
    t.after(who.close);
    who.expectStatus(404);
    for (const path of ['/login', '/password/forgotten', '/nothing/here']) {
      await who.page.goto(path);
      assert.match(await who.page.locator('html').getAttribute('lang'), new RegExp(`^${lang}\\b`), path);
      await look(t, who, `${path.slice(1).replaceAll('/', ' ')} ${locale}`);
    }
    assert.equal(await who.page.locator('main').getAttribute('data-error'), 'not_found');
    who.assertCalm();
  });
}
