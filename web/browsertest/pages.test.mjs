// Every page that exists, as everybody who may open it: it reads well and fits,
// at the desk and on the phone, in light and in dark, in each language.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launch, look, person, phone, send, wide } from './browser.mjs';
import { furnish, linksIn } from './furnish.mjs';
import { codeIn, linkIn } from './inbox.mjs';
import { admin, Portal } from './portal.mjs';
import { erika, late, maker, nobody, open, settle, signedIn, submit, twin } from './world.mjs';

const catalogue = JSON.parse(await readFile(new URL('../../static/locale/en.json', import.meta.url), 'utf8'));
const sections = new Set(Object.keys(catalogue).map((key) => key.split('.')[0]));

let browser, portal, host, world;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

// What is read on the page and by those who do not see it, but for the words of people.
const wordsOf = (page) => page.evaluate(() => [
  document.title, document.body.innerText,
  ...[...document.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap((e) => ['aria-label', 'placeholder', 'title'].map((a) => e.getAttribute(a) ?? '')),
].join('\n'));

/** Looks at the page as it stands, in these windows. */
async function looks(t, who, title, windows = [phone, wide]) {
  const { page } = who;
  assert.match(await page.title(), /\S/, `${title}: a title`);
  const words = await wordsOf(page);
  const keys = [...words.matchAll(/\b([a-z]\w*)\.[a-z]\w*(?:\.\w+)*\b/g)].filter(([key, section]) => key in catalogue || (sections.has(section) && /_/.test(key)));
  assert.deepEqual(keys.map(([key]) => key), [], `${title}: keys of the catalogue`);
  assert.doesNotMatch(words, /\{[A-Z]\w*\}|%!|<no value>|<nil>/, `${title}: something that was not filled in`);
  for (const viewport of windows) {
    await page.setViewportSize(viewport);
    await look(t, { ...who, viewport }, title);
  }
}

/** Opens each of [path, status, whether it is an error page] and looks at it. */
async function tour(t, who, paths, windows) {
  for (const [path, status = 200, isError = status >= 400] of paths) {
    await t.test(`${path.replace(/[\w-]{40,}/, '…')} ${status}`, async (t) => {
      who.expectStatus(status);
      const answer = await who.page.goto(path);
      assert.equal(answer.status(), status);
      const error = await who.page.locator('main').getAttribute('data-error');
      assert.equal(error !== null, isError, `data-error is ${error}`);
      await looks(t, who, path, windows);
    });
  }
  who.assertCalm();
}

/** Fills the form on the page with these values, sends it, and looks at what it says. */
async function refused(t, who, fields, problem, status = 422) {
  const { page } = who;
  who.expectStatus(status);
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
  await send(page, Object.keys(fields)[0]);
  await page.locator(`[data-problem="${problem}"]`).first().waitFor();
  await looks(t, who, `${problem} at ${new URL(page.url()).pathname}`);
}

const numberIn = (path) => path.match(/\d+$/)[0];

test('a home on the first day', (t) => tour(t, host, [['/'], ['/spaces'], ['/admin'], ['/admin/guests'], ['/admin/guests/new'], ['/admin/invitations'], ['/admin/members'], ['/admin/mail']]));

test('people settle in', async () => {
  world = await settle(browser, portal, host);
  Object.assign(world, await furnish(world, host, maker));
  const { member } = world;
  const html = await (await member.context.request.get(`${world.space}/people?q=erika`)).text();
  const account = html.match(/people\/(\d+)/)[1];
  world.person = `/people/${account}`;
  world.chat = await submit(member, '/chats/new', { account, text: 'Shall we talk about **page 18**?' });
  await submit(world.guest, world.chat, { text: 'Gladly. 明日の午後はいかがですか。' });
  world.department = Object.values(await linksIn(host, '/admin/orgchart', /orgchart\/\d+$/))[0];
});

test('an administrator', async (t) => {
  const { page } = host;
  await page.goto('/admin/guests');
  const guest = new URL(await page.locator(`tr[data-email="${erika.email}"] a[href^="/admin/guests/"]`).first().getAttribute('href'), portal.base).pathname;
  await page.goto('/admin/members');
  const member = new URL(await page.locator(`tr[data-email="tanaka@aoyama.test"] a[href^="/admin/members/"]`).first().getAttribute('href'), portal.base).pathname;
  const webhook = (await submit(host, '/admin/webhooks', { name: '名簿', url: 'https://hooks.invalid/in', events: 'guest.suspended', enabled: 'on' })).replace('/secret', '');
  await submit(host, `${webhook}/ping`);
  await tour(t, host, [
    ['/'], ['/spaces'], ['/spaces/new'], ...['guest', 'secret'].map((kind) => [`/spaces/new?kind=${kind}`]),
    ...['open', 'private', 'secret'].map((kind) => [world.spaces[kind]]),
    ['/profile'], ['/profile/password'], ['/profile/sessions'], ['/profile/second-step'], ['/profile/programs'], ['/profile/confirmation'],
    ['/admin'], ['/admin/members'], ['/admin/members?q=xyz'], ['/admin/members/new'], [member], ['/admin/guests'], ['/admin/guests?q=xyz'],
    [guest], [`${guest}/suspension`], [`${guest}/suspension/delete`], [`${guest}/delete`], [`${guest}/delete/undo`], [`${guest}/data`],
    ['/admin/guests?status=active&company=Partner&sort=ends'], ['/admin/access'], ['/admin/access?by=company'], ['/admin/access?by=space'],
    ['/admin/guests/new'], ['/admin/invitations'], ['/admin/requests'], ['/admin/reviews'],
    [`${guest}/sponsor?q=a`], [`${guest}/address`], [`${guest}/erasure`], [`/admin/guests/diagnosis?address=${erika.email}`],
    ['/admin/guests/diagnosis?address=erik'], [`${guest}/conversion`],
    [`${member}/suspension`], [`${member}/demotion`], [`${member}/second-step/delete`], ['/admin/members?status=suspended'], ['/admin/licences'], ['/admin/trash'], ['/admin/templates'],
    [`${guest}/spaces/${numberIn(world.space)}/delete`],
    ['/admin/policy'], ['/admin/policy/presets/guest-spaces'], ['/admin/authentication'], ['/admin/mail'], ['/admin/audit'],
    ['/admin/webhooks'], ['/admin/webhooks/new'], [webhook], [`${webhook}?state=failed`], [`${webhook}/secret`], [`${webhook}/delete`], [`${webhook}/deliveries/1`],
    ['/k/docs'], ['/k/docs/guests'], ['/k/docs/search'],
    ['/setup', 404], ['/admin/guests/999', 404],
    [world.space, 403, false], // from outside: its door, where one can join
  ]);
});

test('who made the guest space', async (t) => {
  const { member: who, space, sending, thread } = world;
  const { page } = who;
  await page.goto(`${space}/guests`);
  const guest = new URL(await page.locator(`tr[data-email="${erika.email}"] a[href$="/delete"]`).getAttribute('href'), portal.base).pathname;
  const link = await page.locator(`tr[data-email="${late}"] form[action$="/link"]`).getAttribute('action');
  await page.goto(thread);
  const comment = await page.locator(`a[href^="${thread}/comments/"]`).first().getAttribute('href');
  await tour(t, who, [
    ['/'], [space], [`${space}/threads`], [`${space}/threads/new`], [thread], [`${thread}/edit`], [comment],
    [`${space}/people`], [`${space}/settings`], [`${space}/delete`], [`${space}/leave`], [`${space}/members`],
    [`${space}/guests`], ...['active', 'invited', 'expired', 'failed', 'inactive'].map((status) => [`${space}/guests?status=${status}`]),
    [guest.replace('/delete', '')], [guest], [`${space}/access`], [`${space}/invitations/new`], [sending], [link],
    ['/admin', 403], ['/nothing/here', 404],
  ]);
  await t.test('an invitation without an address', async (t) => {
    await page.goto(`${space}/invitations/new`);
    await refused(t, who, { emails: '' }, 'required');
  });
  await t.test('a space without a name', async (t) => {
    await page.goto('/spaces/new?kind=guest');
    await refused(t, who, { name: '' }, 'required');
  });
  who.assertCalm();
});

test('at work in a space', async (t) => {
  const { member: who, space, folder, files, chat, department } = world;
  const sheet = files['Page plan autumn.pdf'];
  for (let tries = 0; tries < 40; tries++) { // the index follows in a moment
    await who.page.goto('/search?q=first');
    if (await who.page.locator('#found mark').count()) break;
    await who.page.waitForTimeout(250);
  }
  assert.ok(await who.page.locator('#found mark').count(), 'something is found');
  await tour(t, who, [[`${space}/files`], [sheet], ['/search?q=first'], ['/orgchart'], [chat]]);
  await tour(t, who, [
    [folder], [`${sheet}/edit`], [`${sheet}/move`], [`${space}/files/folders/new`], [`${space}/files/downloads`], [`${space}/files/deleted`],
    [files['harbour.png']], [`${space}/chat`], ['/chats'], ['/chats/new?account=1'], ['/notifications'], ['/profile/notifications'],
    ['/people'], [world.person], [`/orgchart?department=${numberIn(department)}`], [`${files['Prices.xlsx']}`],
  ], [wide]);
  await tour(t, host, [['/admin/orgchart'], [department], [`${department}/delete`], ['/admin/orgchart/import'], [world.list]], [phone]);
  await tour(t, world.guest, [[`${space}/files`], [files['Prices.xlsx'], 404], [`${space}/files/downloads`, 403], ['/people'], [chat]], [phone]);
});

test('a guest', (t) => tour(t, world.guest, [
  ['/'], [world.space], [`${world.space}/threads`], [world.thread], [`${world.space}/people`],
  ['/profile'], ['/profile/password'], ['/profile/sessions'],
  [world.invitations[late], 409], [world.invitations[erika.email], 410], // GAIA_AL01 GAIA_IR01
  [`${world.space}/guests`, 403], [world.spaces.open, 404], ['/admin', 404], ['/spaces/new', 404],
]));

test('a stranger', async (t) => {
  const who = await person(browser, portal);
  t.after(who.close);
  const { page } = who;
  const token = 'A'.repeat(43);
  await tour(t, who, [
    ['/login'], ['/password/forgotten'], [world.invitations[late]], [`${world.invitations[late]}/decline`],
    ['/invitations/declined'], ['/invitations/asked'], [`/invitations/${token}`, 410], [`/password/reset/${token}`, 410], ['/nothing/here', 404],
  ]);
  await t.test('a sign-up with mistakes', async (t) => {
    await page.goto(world.invitations[late]);
    await refused(t, who, { display_name: '', password: 'short' }, 'required');
  });
  await t.test('a new password', async (t) => {
    await page.goto('/password/forgotten');
    await page.fill('[name=login]', erika.email);
    await send(page, 'login');
    await page.waitForURL(/sent=1/);
    await looks(t, who, 'forgotten sent');
    await page.goto(linkIn(await portal.inbox.mailFor(erika.email, 'password-reset'), '/password/reset/'));
    await looks(t, who, 'reset');
    await refused(t, who, { password: 'short' }, 'password_too_short');
  });
  who.assertCalm();
});

test('a guest with a code', async (t) => {
  await submit(host, '/admin/authentication', { 'twostep.guests': 'on' });
  const who = await person(browser, portal);
  t.after(who.close);
  const { page } = who;
  await page.goto('/login');
  await page.fill('[name=login]', erika.email);
  await page.fill('[name=password]', erika.password);
  await send(page, 'login');
  await page.waitForURL('/verification');
  const right = codeIn(await portal.inbox.mailFor(erika.email, 'verification'));
  await looks(t, who, 'verification');
  await refused(t, who, { code: right === '12345678' ? '87654321' : '12345678' }, 'code_wrong');
  who.assertCalm();
});

for (const [locale, lang, window] of [['ja-JP', 'ja', phone], ['zh-CN', 'zh', wide]]) {
  test(`in ${locale}`, async (t) => {
    const { space, sending, thread, files, chat } = world;
    const work = [
      [`${space}/files`], [files['Page plan autumn.pdf']], [`${files['Page plan autumn.pdf']}/move`], [`${space}/files/folders/new`],
      ['/search?q=first'], ['/notifications'], ['/profile/notifications'], ['/people'], ['/orgchart'], ['/chats'], [chat], [`${space}/settings`],
    ];
    const views = [
      [await person(browser, portal, { locale }), [['/login'], [world.invitations[late]], [`/invitations/${'A'.repeat(43)}`, 410]]],
      [await twin(browser, world.member, { locale }), [['/'], [space], [thread], [`${space}/guests`], [`${space}/invitations/new`], [`${space}/invitations/bulk`], [sending], ['/spaces/new?kind=guest'], ...work]],
      [await twin(browser, host, { locale }), [['/admin'], ['/admin/guests'], ['/admin/access'], ['/admin/members'], ['/admin/licences'], ['/admin/guests/diagnosis'], ['/admin/guests/new'], ['/admin/authentication'], ['/admin/mail'], ['/admin/audit'], ['/admin/webhooks'], ['/admin/webhooks/new'], ['/admin/webhooks/1'], ['/profile/programs'], ['/admin/orgchart'], ['/admin/orgchart/import']]],
    ];
    for (const [who, paths] of views) {
      t.after(who.close);
      await tour(t, who, paths, [window]);
      assert.match(await who.page.locator('html').getAttribute('lang'), new RegExp(`^${lang}`));
    }
  });
}

test('the built-in mailbox', async (t) => {
  const machine = await Portal.start({ args: ['--smtp='] });
  t.after(() => machine.close());
  const who = await signedIn(browser, machine, admin);
  t.after(who.close);
  await tour(t, who, [['/dev/mailbox'], ['/']]);
  await submit(who, '/admin/mail/test', { email: nobody });
  await who.page.goto('/dev/mailbox');
  const mail = who.page.locator('a[href^="/dev/mailbox/"]').first();
  await mail.waitFor();
  await tour(t, who, [['/dev/mailbox'], [await mail.getAttribute('href')], ['/admin/mail']]);
});
