// The pages about the REST API, where calls are made from forms.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, person, phone, wide } from './browser.mjs';
import { Contract } from './contract.mjs';
import { picture } from './furnish.mjs';
import { admin, Portal } from './portal.mjs';
import { sample, watched } from './rest.mjs';
import { submit } from './world.mjs';

let browser, portal, contract;
before(async () => {
  [browser, portal] = await Promise.all([launch(), Portal.start()]);
  contract = await Contract.of(portal);
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

/** The administrator; `tries` opens a form, fills it, sends it and gives what it says. */
async function reader(t, options) {
  const who = { ...await person(browser, portal, options), portal };
  t.after(who.close);
  await submit(who, '/login', { login: admin.email, password: admin.password });
  who.settled = watched(who.page, contract);
  who.tries = async (name, params) => {
    const form = who.page.locator(`form[data-try="${name}"]`);
    await who.page.locator(`details:has(form[data-try="${name}"])`).evaluate((details) => { details.open = true; });
    if (params?.file) await form.locator('[name=file]').setInputFiles(params.file);
    else if (params) await form.locator('[name=json]').fill(typeof params === 'string' ? params : JSON.stringify(params));
    await form.locator('[data-send]').click();
    return who.said(form);
  };
  who.said = async (form) => {
    await form.locator('[data-answer]:not([hidden])').waitFor();
    return { said: await form.locator('[data-said]').textContent(), body: await form.locator('[data-body]').textContent(), headers: await form.locator('[data-headers]').textContent() };
  };
  return who;
}

test('guests are added with a picture, refused, and deleted, all from the forms', async (t) => {
  const who = await reader(t);
  const { page, tries, settled } = who;
  who.expectStatus(400);
  await page.goto('/k/docs/files');
  const sent = await tries('uploadFile', { file: { name: 'face.png', mimeType: 'image/png', buffer: picture(64, 64) } });
  assert.match(sent.said, /POST \/k\/v1\/file\.json: 200/);
  const { fileKey } = JSON.parse(sent.body);
  await settled();

  await page.goto('/k/docs/guests');
  const guests = sample('tried.one@partner.test', 'tried.two@partner.test', fileKey);
  const added = await tries('addGuests', { guests });
  assert.match(added.said, /POST \/k\/v1\/guests\.json: 200 .*\d+ ms/);
  assert.equal(added.body, '{}');
  assert.match(added.headers, /X-ConcurrencyLimit-Limit100/);
  const refused = await tries('addGuests', { guests });
  assert.match(refused.said, /400 CB_VA01/);
  assert.ok(JSON.parse(refused.body).errors['guests[0].code'].messages.length);
  await look(t, who, 'a refused call');
  await page.setViewportSize(phone);
  await look(t, { ...who, viewport: phone }, 'a refused call');
  await page.setViewportSize(wide);

  // What takes something away asks first: nothing is sent until one is sure.
  const form = page.locator('form[data-try="deleteGuests"]');
  const codes = guests.map(({ code }) => code);
  page.once('dialog', (dialog) => dialog.dismiss());
  await page.locator('details:has(form[data-try="deleteGuests"])').evaluate((details) => { details.open = true; });
  await form.locator('[name=json]').fill(JSON.stringify({ guests: codes }));
  await form.locator('[data-send]').click();
  assert.equal(await form.locator('[data-answer]').isHidden(), true);
  page.once('dialog', (dialog) => dialog.accept());
  assert.match((await tries('deleteGuests', { guests: codes })).said, /DELETE \/k\/v1\/guests\.json: 200/);
  await settled();
  who.assertCalm();
});

test('a call that reads, and what is no JSON', async (t) => {
  const { page, tries, settled, assertCalm } = await reader(t, { viewport: phone });
  await page.goto('/k/docs/statistics');
  const form = page.locator('form[data-try="getSpacesStatistics"]');
  const read = await tries('getSpacesStatistics', { limit: 5 });
  assert.match(read.said, /GET \/k\/v1\/spaces\/statistics\.json: 200/);
  assert.deepEqual(JSON.parse(read.body), { spaces: [] });
  await form.locator('[name=json]').fill('{');
  await form.locator('[data-send]').click();
  assert.match(await form.locator('[data-said]').textContent(), /not JSON/);
  assert.equal(await form.locator('[data-answer]').isHidden(), true);
  await settled();
  assertCalm();
});

test('what asks for the password again leads there and back, and what was typed waits', async (t) => {
  const who = await reader(t);
  const { page, said } = who;
  who.expectStatus(403);
  await page.goto('/k/docs/guests');
  // Ten minutes later: the portal's clock cannot be moved from here, its answer can.
  await page.route('**/k/v1/guests.json', (route) => route.fulfill({
    status: 403, headers: { 'Content-Type': 'application/json;charset=utf-8', 'X-Cybozu-Error': 'GH_CF01', 'X-ConcurrencyLimit-Limit': '100', 'X-ConcurrencyLimit-Running': '1' },
    body: JSON.stringify({ code: 'GH_CF01', id: '0123456789abcdefghij', message: 'Give your password again.' }),
  }));
  page.on('dialog', (dialog) => dialog.accept());
  const typed = JSON.stringify({ guests: ['nobody@partner.test'] });
  await who.tries('deleteGuests', typed);
  await who.settled();
  await page.unroute('**/k/v1/guests.json');
  const form = page.locator('form[data-try="deleteGuests"]');
  await form.locator('[data-again] a').click();
  await page.fill('[name=current_password]', admin.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/k/docs/guests');
  assert.equal(await form.locator('[name=json]').inputValue(), typed);
  who.expectStatus(400);
  await form.locator('[data-send]').click();
  assert.match((await said(form)).said, /400 GAIA_IL26/);
  await who.settled();
  who.assertCalm();
});

test('without JavaScript everything is there to read, and nothing to try', async (t) => {
  const who = await person(browser, portal, { script: false });
  t.after(who.close);
  await submit({ ...who, portal }, '/login', { login: admin.email, password: admin.password });
  await who.page.goto('/k/docs/guests');
  await who.page.getByRole('heading', { name: 'Delete guests' }).waitFor();
  assert.equal(await who.page.getByText('Try it').first().isVisible(), false);
  await look(t, who, 'the calls about guests');
  who.assertCalm();
});
