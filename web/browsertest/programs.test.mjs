// What programs call with: an administrator makes an API token, sees its value
// once, a program calls with it, and is refused when it was revoked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, matrix, press, send } from './browser.mjs';
import { linkIn } from './inbox.mjs';
import { admin, Portal } from './portal.mjs';
import { signedIn } from './world.mjs';

let browser, portal;
before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

const own = '/profile/programs';
const locales = ['en-GB', 'ja-JP', 'zh-CN', 'en-GB'];

/** Calls as a program does: what the answer's status and code are. */
async function called(headers) {
  const answer = await fetch(`${portal.base}/k/v1/spaces/statistics.json`, { headers });
  return [answer.status, (await answer.json()).code];
}
const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const tick = (page, id) => page.locator(`label[for="${id}"]`).click();

for (const [index, at] of matrix.entries()) {
  test(`a token is made, used and revoked: ${at.title}`, async (t) => {
    const name = `Nightly report ${index}`;
    const who = await signedIn(browser, portal, admin, { ...at, locale: locales[index] });
    t.after(who.close);
    const { page } = who;
    await page.goto(own);
    await look(t, who, 'programs');

    who.expectStatus(422);
    await tick(page, 'kind-token');
    await page.fill('[name=ends_in_days]', '9999');
    await send(page, 'ends_in_days');
    for (const problem of ['required', 'no_api_scope', 'bad_number']) await page.locator(`[data-problem="${problem}"]`).first().waitFor();
    assert.ok(await page.isChecked('#kind-token'), 'what was chosen stays');
    await look(t, who, 'programs, a form with mistakes');

    await page.fill('[name=name]', name);
    await page.fill('[name=ends_in_days]', '30');
    await tick(page, 'scope-read');
    await send(page, 'ends_in_days');
    const value = await page.locator('#value').inputValue();
    assert.match(value, /^gh_tk_[\w-]{43}$/);
    assert.equal(await page.locator('#header').inputValue(), `Authorization: Bearer ${value}`);
    await look(t, who, 'programs, a value');
    const mail = await portal.inbox.mailFor(admin.email, 'api-credential');
    assert.equal(new URL(linkIn(mail, own)).pathname, own);

    assert.deepEqual(await called(bearer(value)), [200, undefined]);
    const guests = await fetch(`${portal.base}/k/v1/guests.json`, { method: 'DELETE', headers: bearer(value) });
    assert.deepEqual([guests.status, (await guests.json()).code], [403, 'GAIA_NO01']);

    await page.goto(own);
    assert.equal(await page.locator('[data-shown]').count(), 0, 'the value is shown once');
    assert.ok(!(await page.content()).includes(value), 'and is nowhere else');
    const row = page.locator('tr[data-credential]', { hasText: name });
    await look(t, who, 'programs, used');
    await press(page, row.locator('form button'));
    await row.and(page.locator('.muted')).waitFor();
    await look(t, who, 'programs, revoked');
    assert.deepEqual(await called(bearer(value)), [401, 'CB_WA01']);
    who.assertCalm();
  });
}
