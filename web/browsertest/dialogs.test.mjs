// Dialogs that the script opens over the page: by click, with the keyboard, and
// closed again. Each is a page of its own without the script, which
// journey.test.mjs walks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { front, launch, look, matrix, press } from './browser.mjs';
import { admin } from './portal.mjs';
import { erika, late, maker, open, settle, signedIn } from './world.mjs';

let browser, portal, host, world;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** The maker of the space in a window of their own, which may read what was copied. */
async function atWork(t, at) {
  const who = await signedIn(browser, portal, maker, at);
  t.after(who.close);
  await who.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await who.page.goto(world.space);
  return who;
}

const modal = (page) => page.locator('dialog:modal').last();
const opened = (page, heading) => page.locator('dialog:modal', { has: page.getByRole('heading', { level: 1, name: heading }) }).waitFor();
const path = (page) => new URL(page.url()).pathname;
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const verdict = (page, text, is) => modal(page).locator(`#emails-check [data-verdict="${is}"]`, { hasText: text }).waitFor();

/** Opens Manage Guests from the space, by its menu. */
async function manage(page) {
  await press(page, page.locator(`main a[href="${world.space}/guests"]`));
  await opened(page, 'Manage Guests');
}

/** Opens Invite Guests over it. */
async function invite(page) {
  await manage(page);
  await modal(page).locator(`a[href="${world.space}/invitations/new"]`).first().click();
  await opened(page, 'Invite Guests');
}

for (const at of matrix.filter((at) => at.script)) {
  // S0-19 S0-20 S0-21 S0-23
  test(`guests are invited in a dialog: ${at.title}`, async (t) => {
    const who = await atWork(t, at);
    const { page } = who;
    await invite(page);
    assert.equal(path(page), `${world.space}/invitations/new`, 'the dialog has its address');
    assert.equal(await page.evaluate(() => document.activeElement.name), 'emails', 'one can type at once');

    const fresh = `new-${at.viewport.width}@partner.test`;
    await modal(page).locator('[name=emails]').pressSequentially(`${fresh}, ${erika.email}, oops`);
    await verdict(page, fresh, 'invited');
    await verdict(page, erika.email, 'already_guest');
    await verdict(page, 'oops', 'not_an_address');
    await modal(page).locator('#send-label', { hasText: '1' }).waitFor(); // the one that can be sent
    await modal(page).locator('[name=subject]').fill('Pictures for autumn');
    await modal(page).locator('#mail-preview', { hasText: 'Pictures for autumn' }).waitFor();
    await modal(page).locator('[name=locale]').selectOption('ja');
    await modal(page).locator('#mail-preview[lang^=ja]').waitFor();
    await look(t, who, 'invite in a dialog');

    who.expectStatus(422);
    await modal(page).locator('[name=emails]').fill('');
    await modal(page).locator('button.btn--primary').click();
    await modal(page).locator('[data-problem=required]').first().waitFor();
    assert.equal(await modal(page).locator('[name=subject]').inputValue(), 'Pictures for autumn', 'what was typed stays');
    assert.equal(path(page), `${world.space}/invitations/new`);
    assert.ok(await page.evaluate(() => document.activeElement.matches('dialog .error-summary')), 'what is wrong is read first');
    await look(t, who, 'invite in a dialog refused');

    await modal(page).locator('[name=emails]').fill(`${fresh}, oops`);
    await modal(page).locator('button.btn--primary').click();
    await page.waitForURL(/\/invitations\/results\/\d+$/);
    assert.equal(await page.locator(`tr[data-email="${fresh}"]`).getAttribute('data-verdict'), 'invited');
    assert.equal((await portal.inbox.mailFor(fresh, 'invitation')).subject, 'Pictures for autumn');
    await (await front(page)).locator('.dialog__foot a.btn--primary').click();
    await page.waitForURL(`${world.space}/guests`);
    assert.equal(await page.locator(`tr[data-email="${fresh}"]`).getAttribute('data-status'), 'invited');
    who.assertCalm();
  });

  test(`Esc and Back close what is in front: ${at.title}`, async (t) => {
    const who = await atWork(t, at);
    const { page } = who;
    await invite(page);
    await page.keyboard.press('Escape');
    await page.waitForURL(`${world.space}/guests`);
    assert.equal(await page.locator('dialog:modal').count(), 1, 'Manage Guests is in front again');
    assert.ok(await page.evaluate((href) => document.activeElement.matches(`a[href="${href}"]`), `${world.space}/invitations/new`), 'the focus is where it was');
    await page.goBack();
    await page.waitForURL(world.space);
    assert.equal(await page.locator('dialog:modal').count(), 0);
    await page.goForward(); // the address of a dialog is that of a page
    await page.waitForURL(`${world.space}/guests`);
    await page.locator('dialog[open] tr[data-email]').first().waitFor();
    who.assertCalm();
  });

  test(`text that was typed is not lost unasked: ${at.title}`, async (t) => {
    const who = await atWork(t, at);
    const { page } = who;
    await invite(page);
    await modal(page).locator('[name=message]').fill('We start on Monday.');
    const answers = [];
    let say = false;
    page.on('dialog', (question) => {
      answers.push(question.type());
      return say ? question.accept() : question.dismiss();
    });
    await page.keyboard.press('Escape');
    assert.equal(await modal(page).locator('[name=message]').inputValue(), 'We start on Monday.');
    assert.equal(path(page), `${world.space}/invitations/new`);
    await page.goBack({ timeout: 2000 }).catch(() => {}); // it is taken back
    await page.waitForURL(`${world.space}/invitations/new`);
    assert.equal(await modal(page).locator('[name=message]').inputValue(), 'We start on Monday.');
    assert.deepEqual(answers, ['confirm', 'confirm']);
    say = true;
    await modal(page).locator('a[data-close]').first().click();
    await page.waitForURL(`${world.space}/guests`);
    assert.deepEqual(answers, ['confirm', 'confirm', 'confirm'], 'asked once');
    who.assertCalm();
  });

  // S0-22 S0-24 S0-25
  test(`a guest's row in the dialog: ${at.title}`, async (t) => {
    const who = await atWork(t, at);
    const { page } = who;
    await manage(page);
    const row = (email) => modal(page).locator(`tr[data-email="${email}"]`);
    const permission = row(erika.email).locator('[name=permission]');
    const was = await permission.inputValue();
    const now = was === 'read' ? 'edit' : 'read';
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await permission.selectOption(now);
    assert.ok((await answered).ok());
    await page.waitForLoadState();
    await page.goto(`${world.space}/guests`);
    assert.equal(await page.locator(`tr[data-email="${erika.email}"] [name=permission]`).inputValue(), now, 'it is kept');

    await page.goto(world.space);
    await manage(page);
    await row(late).locator('form[action$="/link"] button').click();
    await page.locator('#link').waitFor();
    const link = await page.inputValue('#link');
    assert.equal(new URL(link).origin, portal.base);
    await look(t, who, 'link of an invitation');
    await page.locator('[data-copy-from=link]').click();
    await page.locator('[data-copy-from=link]', { hasText: 'Copied' }).waitFor();
    assert.equal(await clipboard(page), link);
    who.assertCalm();
  });

  test(`a guest is removed in a dialog, or kept: ${at.title}`, async (t) => {
    const who = await atWork(t, at);
    const { page } = who;
    await manage(page);
    await modal(page).locator(`tr[data-email="${erika.email}"] a[href$="/delete"]`).click();
    await modal(page).locator('button.btn--danger-solid').waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.matches('[data-safe]')), 'the safe button has the focus');
    await look(t, who, 'remove in a dialog');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${world.space}/guests`);
    assert.equal(await modal(page).locator(`tr[data-email="${erika.email}"]`).count(), 1, 'kept');
    who.assertCalm();
  });

  // S0-11 S0-14
  test(`a new space in a dialog: ${at.title}`, async (t) => {
    const who = await atWork(t, at);
    const { page } = who;
    await page.goto('/');
    await press(page, page.locator('a[href^="/spaces/new"][data-dialog]'));
    await modal(page).locator('[name=name]').waitFor();
    await look(t, who, 'new space in a dialog');
    await modal(page).locator('a[data-panel=members]').click();
    await modal(page).locator('[name=q]').waitFor();
    assert.ok(!await modal(page).locator('[name=name]').isVisible(), 'one part at a time');
    await modal(page).locator('[name=q]').pressSequentially('Sato');
    await modal(page).locator(`tr:has-text("${admin.name}") [name=members]`).check();
    await look(t, who, 'members of a new space in a dialog');

    who.expectStatus(422);
    await modal(page).locator('button.btn--primary').click();
    await modal(page).locator('[data-problem=required]').first().waitFor();
    assert.ok(await modal(page).locator('[name=name]').isVisible(), 'the part with the mistake is shown');
    await modal(page).locator('[name=name]').fill(`Winter, ${at.viewport.width}`);
    await modal(page).locator('button.btn--primary').click();
    await page.waitForURL(/\/spaces\/\d+$/);
    await page.goto(`${path(page)}/people`);
    await page.locator('main', { hasText: admin.name }).waitFor();
    who.assertCalm();
  });
}
