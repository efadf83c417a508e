// Who is who: the directory, a person, the org chart made by a form and read
// from a list, and what a space decides about companies.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, phone, wide } from './browser.mjs';
import { chart, upload } from './furnish.mjs';
import { erika, maker, open, settle, twin } from './world.mjs';

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

test('departments are made, moved and peopled by a form (S4-17, C7)', async (t) => {
  const who = await twin(browser, host, { viewport: wide });
  t.after(who.close);
  const { page } = who;
  who.expectStatus(422);
  const add = async (name, below = '') => {
    await page.goto('/admin/orgchart');
    await page.fill('[name=name]', name);
    if (below) await page.selectOption('[name=parent]', { label: below });
    await page.locator('form[action="/admin/orgchart"] button.btn--primary').click();
  };
  await add('');
  await page.locator('[data-problem=required]').first().waitFor();
  await add('Production');
  await add('Prepress', 'Production');
  await add('印刷');
  const order = () => page.locator('.org > li > .node .rows__title').allTextContents();
  assert.deepEqual(await order(), ['Production', '印刷']);
  await page.locator('li', { hasText: '印刷' }).getByRole('button', { name: /Up/i }).click();
  await page.waitForFunction(() => document.querySelector('.org > li .rows__title').textContent === '印刷');
  assert.deepEqual(await order(), ['印刷', 'Production']);
  await look(t, who, 'org chart, edited');

  await page.locator('.org').getByRole('link', { name: 'Prepress' }).click();
  await page.fill('[name=q]', 'tanaka');
  await page.locator('#candidates').getByRole('button', { name: maker.name }).click();
  await page.fill('[name=title]', '製版課長');
  await page.locator('[name=heads]').check();
  await page.locator('tr', { hasText: maker.name }).getByRole('button', { name: /Save/ }).click();
  await page.goto('/orgchart');
  await page.getByText('製版課長').first().waitFor();
  who.assertCalm();
});

test('a list with bad rows says what each row does, and does the good ones once', async (t) => {
  const who = await twin(browser, host, { viewport: phone });
  t.after(who.close);
  const { page } = who;
  who.expectStatus(422);
  await page.goto('/admin/orgchart/import');
  const send = async (words) => {
    await page.locator('[name=file]').setInputFiles({ name: 'chart.csv', mimeType: 'text/csv', buffer: Buffer.from(words) });
    await page.locator('main form button.btn--primary').click();
  };
  await send('nothing,of,use\n1,2,3\n');
  await page.locator('[data-problem=chart_columns]').first().waitFor();
  await look(t, who, 'chart import refused');
  await send(chart(maker.email));
  await page.waitForURL(/import\/\d+/);
  assert.equal(await page.locator('tr[data-verdict]').count(), 5);
  await page.locator('tr', { hasText: 'nobody.here@aoyama.test' }).getByText('No member has this address').waitFor();
  await look(t, who, 'chart import');
  await page.locator('main form button.btn--primary').click();
  await page.getByRole('heading', { level: 1, name: 'The list was imported' }).waitFor();
  assert.equal(await page.locator('main form button.btn--primary').count(), 0, 'it can be done once');
});

test('the chart is lists in lists for a screen reader, and read on a phone (S4-17)', async (t) => {
  const who = await twin(browser, world.member, { viewport: phone });
  t.after(who.close);
  const { page } = who;
  await page.goto('/orgchart');
  const tree = page.getByRole('region', { name: 'Departments' });
  const sales = tree.getByRole('list').first().getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Sales', exact: true }) }).first();
  const below = sales.getByRole('list').getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Catalogue and print' }) });
  await below.first().waitFor();
  await below.getByRole('list').getByRole('link', { name: '写真・画像制作グループ' }).waitFor();
  assert.match(await tree.ariaSnapshot(), /list:[\s\S]*listitem:[\s\S]*link "Sales"[\s\S]*list:[\s\S]*listitem/);
  // A department opens and closes by keys alone.
  const summary = sales.locator('summary').first();
  await summary.focus();
  await page.keyboard.press('Enter');
  await below.first().waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter');
  await below.first().waitFor();
  await look(t, who, 'org chart');
  await tree.getByRole('link', { name: 'Sales', exact: true }).click();
  await page.locator('#department').getByText(maker.name).waitFor();
  await look(t, who, 'org chart, a department');
  who.assertCalm();
});

test('the directory finds people by name, company and department, and leads to them (S4-11, S4-16)', async (t) => {
  const who = await twin(browser, world.member, { viewport: wide });
  t.after(who.close);
  const { page } = who;
  await page.goto('/people');
  await page.fill('[name=q]', 'erika');
  await page.waitForURL(/q=erika/);
  await page.locator('#people-list').getByText(maker.name).waitFor({ state: 'detached' });
  await look(t, who, 'directory');
  await page.fill('[name=q]', 'nobody of this name');
  await page.getByText('Nothing found').waitFor();
  await look(t, who, 'directory, nobody');
  await page.goto('/people?q=erika');
  await page.locator('#people-list').getByRole('link', { name: erika.name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: erika.name }).waitFor();
  await look(t, who, 'a person');
  await page.getByRole('link', { name: 'Send a message' }).click();
  await page.waitForURL(/\/chats\//);
  who.assertCalm();
});

test('companies are put apart in the settings of a space', async (t) => {
  const who = await twin(browser, world.member, { viewport: phone });
  t.after(who.close);
  const { page } = who;
  who.expectStatus(422);
  const settings = `${world.space}/settings`;
  await page.goto(settings);
  await page.fill('[name=name]', '');
  await page.locator('main .savebar button.btn--primary').click();
  await page.locator('[data-problem=required]').first().waitFor();
  await look(t, who, 'space settings refused');
  await page.fill('[name=name]', 'Autumn catalogue');
  await page.locator('[name=companies_apart]').check();
  await page.locator('main .savebar button.btn--primary').click();
  await page.waitForURL((url) => url.pathname === world.space);
  await page.goto(settings);
  assert.ok(await page.locator('[name=companies_apart]').isChecked());
  // A guest reads who reads before writing.
  await world.guest.page.goto(world.thread);
  await world.guest.page.getByText('Your hosts and the guests of your own company will read this').waitFor();
  who.assertCalm();
});

test('the list of departments is a file that can be read again', async () => {
  const sheet = await (await host.context.request.get('/admin/orgchart.csv')).body();
  const list = await upload(host, '/admin/orgchart/import', { encoding: 'auto', file: { name: 'again.csv', mimeType: 'text/csv', buffer: sheet } });
  await host.page.goto(list.pathname);
  assert.equal(await host.page.locator('[data-verdict] .badge--danger').count(), 0);
});
