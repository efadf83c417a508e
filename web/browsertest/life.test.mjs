// A guest's whole life as people walk it: from the organisation's rules and a
// list of guests to a former guest who is a member now. Once in English, once
// in Japanese on a phone without JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { front, launch, look, person, phone, press, send, signOut, wide } from './browser.mjs';
import { linkIn } from './inbox.mjs';
import { admin, Portal } from './portal.mjs';
import { submit } from './world.mjs';

const chief = { email: 'tanaka@aoyama.test', name: '田中 健', password: 'the ferry leaves at a quarter past' };
const colleague = { email: 'mori@aoyama.test', name: '森 あかり', password: 'nine lamps above the workbench' };
const guest = { email: 'hanako@partner.test', name: '山田 花子', password: 'seven grey herons at dusk' };
const second = { email: 'erika@partner.test', name: 'Erika Beispiel' };

const lives = [{
  title: 'English, JavaScript, 1280 px',
  at: { script: true, viewport: wide, locale: 'en-GB' },
  language: 'en',
  list: {
    encoding: 'UTF-8',
    bytes: Buffer.from([
      'address,name,company,permission,ends',
      `${guest.email},${guest.name},架空商事,edit,`,
      `${second.email},${second.name},Beispiel GmbH,read,30`,
      `${guest.email.toUpperCase()},${guest.name},架空商事,edit,`,
      'no address,Nobody,,edit,',
    ].join('\r\n')),
  },
  terms: { en: 'Keep what you **read** here to yourself.' },
  says: { terms: /Keep what you read here/, invited: 'Aoyama Works', word: 'The second picture is the one.' },
}, {
  title: 'Japanese, no JavaScript, 390 px',
  at: { script: false, viewport: phone, locale: 'ja-JP' },
  language: 'ja',
  list: {
    encoding: 'Shift_JIS',
    bytes: shiftJIS([
      'メールアドレス,名前,会社,権限,期限',
      `${guest.email},${guest.name},架空商事,編集,`,
      `${second.email},${second.name},株式会社ベルク,閲覧,30`,
      `${guest.email.toUpperCase()},${guest.name},架空商事,編集,`,
      '宛先なし,名無し,,編集,',
    ].join('\r\n')),
  },
  terms: { ja: 'ここで**読んだこと**は口外しないでください。', en: 'Keep what you **read** here to yourself.' },
  says: { terms: /ここで読んだこと/, invited: '青山製作所', word: '二枚目の写真がよいと思います。' },
}];

/** A text as spreadsheets in Japan save it. */
function shiftJIS(text) {
  const decoder = new TextDecoder('shift_jis', { fatal: true });
  const bytes = new Map();
  const learn = (...pair) => {
    try {
      const letter = decoder.decode(Uint8Array.from(pair));
      if (!bytes.has(letter)) bytes.set(letter, pair);
    } catch { /* no letter has these bytes */ }
  };
  for (let a = 0; a < 0x80; a++) learn(a);
  for (let a = 0x81; a <= 0x9f; a++) for (let b = 0x40; b <= 0xfc; b++) learn(a, b);
  for (let a = 0xe0; a <= 0xef; a++) for (let b = 0x40; b <= 0xfc; b++) learn(a, b);
  return Buffer.from([...text].flatMap((letter) => bytes.get(letter)));
}

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const path = (page) => { const url = new URL(page.url()); return url.pathname + url.search; };

/** Presses the link to a page, opening the menu that it is in. */
const follow = async (page, href) => press(page, (await front(page)).locator(`a[href="${href}"]`));

async function signIn(page, { email, password }) {
  await page.fill('[name=login]', email);
  await page.fill('[name=password]', password);
  await send(page, 'login');
}

/** An organisation of three with a guest space, and everybody's browser. */
async function settle(t, { at, language, says }) {
  const portal = await Portal.start({ first: true });
  t.after(() => portal.close());
  const someone = async () => {
    const who = { ...await person(browser, portal, at), portal };
    t.after(who.close);
    return who;
  };
  const root = await someone();
  await submit(root, '/setup', {
    setup_code: portal.setupCode, organization: says.invited, display_name: admin.name, email: admin.email,
    password: admin.password, preset: 'guesthouse', locale: language, timezone: 'Asia/Tokyo',
  });
  const people = { root };
  for (const [name, { email, name: display_name, password }] of Object.entries({ chief, colleague })) {
    await submit(root, '/admin/members', { display_name, email, may_create_guest_spaces: 'on', delivery: 'mail' });
    people[name] = await someone();
    const link = linkIn(await portal.inbox.mailFor(email, 'member-invitation'), '/password/reset/');
    await submit(people[name], new URL(link).pathname, { password });
  }
  const space = await submit(people.chief, '/spaces', { kind: 'guest', name: 'Autumn catalogue', cover: 'preset:harbour' });
  const found = await (await people.chief.context.request.get(`${space}/members?q=${encodeURIComponent(colleague.name)}`)).text();
  const [, account] = /name="account" value="(\d+)"/.exec(found);
  await submit(people.chief, `${space}/members`, { account, role: 'editor' });
  return { portal, space, ...people, visitor: await someone() };
}

for (const life of lives) {
  // S3-05 S3-12 S3-13 S3-15 S3-17 S4-09 S4-29 C5 C19 SEC-P9; product.md "beyond" 7, 10, 11, 13
  test(`a guest's whole life: ${life.title}`, async (t) => {
    const { language, says } = life;
    const { portal, space, root, chief: host, colleague: asker, visitor } = await settle(t, life);
    const { inbox } = portal;
    const everybody = { root, host, asker, visitor };
    let id, broken = false;
    // A step stands on those before it: after one that failed, the rest is left out.
    const step = (name, walk) => t.test(name, { skip: broken && 'an earlier step failed' }, async (t) => {
      try {
        await walk(t);
      } catch (err) {
        broken = true;
        await Promise.all(Object.entries(everybody).map(([name, who]) => who.picture(`life ${language} ${name}`)));
        throw err;
      }
    });
    const see = async (t, who, title) => {
      assert.equal(await who.page.locator('html').getAttribute('lang'), language, `${title}: the language`);
      await look(t, who, `life ${language} ${title}`);
    };

    await step('the organisation says who invites, who approves, and how long guests stay', async (t) => {
      const { page } = root;
      await page.goto('/admin/policy');
      await see(t, root, 'policy');
      await page.check('[name="invite.who"][value=members]');
      await page.check('[name="invite.approval"][value=space_admin]');
      await send(page, 'invite.who');
      await page.locator('.flash').waitFor();
      await page.selectOption('select[name="guest.expiry_default"]', '90');
      await send(page, 'guest.expiry_default');
      await page.locator('.flash').waitFor();
      assert.ok(await page.locator('[name="invite.who"][value=members]').isChecked(), 'the other section stays');
      assert.equal(await page.locator('select[name="guest.expiry_default"]').inputValue(), '90');
    });

    await step('terms of use are published', async (t) => {
      const { page } = root;
      await page.goto('/admin/terms');
      await see(t, root, 'no terms yet');
      await page.goto('/admin/terms/new');
      for (const [lang, text] of Object.entries(life.terms)) await page.fill(`[name=text_${lang}]`, text);
      await see(t, root, 'new terms');
      await send(page, `text_${language}`);
      await page.locator('.flash').waitFor();
      await see(t, root, 'published terms');
    });

    await step('a member sends a list, looks at its dry run, and asks', async (t) => {
      const { page } = asker;
      await page.goto(space);
      await follow(page, `${space}/invitations/new`);
      await page.locator('[name=emails]').waitFor();
      await see(t, asker, 'invite');
      await follow(page, `${space}/invitations/bulk`);
      await page.locator('[name=file]').waitFor();
      await see(t, asker, 'a list');
      await page.setInputFiles('[name=file]', { name: 'guests.csv', mimeType: 'text/csv', buffer: life.list.bytes });
      await send(page, 'file');
      await page.waitForURL(/\/bulk\/\d+$/);
      await see(t, asker, 'dry run');
      const list = path(page);
      const wanted = page.locator('tr[data-verdict=requested]');
      assert.deepEqual(await wanted.evaluateAll((rows) => rows.map((row) => row.dataset.email)), [guest.email, second.email]);
      assert.match(await wanted.first().innerText(), /山田 花子/, `the names of a list in ${life.list.encoding}`);
      assert.match(await wanted.first().innerText(), /90/, 'the end that the rules say where the list says none');
      assert.match(await page.locator('main').innerText(), new RegExp(life.list.encoding));
      assert.equal(await page.locator('tr[data-verdict=row_problem]').count(), 2);
      assert.equal(await page.locator('[data-problem=cell_duplicate]').count(), 1);
      await press(page, page.locator(`form[action="${list}"] button.btn--primary`));
      await page.locator(`a[href="${list}/results"]`).waitFor();
      await see(t, asker, 'list sent');
      assert.ok(!inbox.all.some((mail) => mail.kind === 'invitation'), 'nobody is invited yet');
      await page.goto(`${space}/invitations/requests`);
      assert.equal(await page.locator('tr[data-own][data-status=waiting]').count(), 2);
      await see(t, asker, 'own requests');
    });

    await step("the space's administrator is told and approves", async (t) => {
      const { page } = host;
      await page.goto(linkIn(await inbox.mailFor(chief.email, 'notification'), `${space}/invitations/requests`));
      await see(t, host, 'queue');
      for (const box of await page.locator('tr[data-request] [name=request]').all()) await box.check();
      await press(page, page.locator('button[name=decision][value=approve]'));
      await page.locator('.flash').waitFor();
      assert.equal(await page.locator('tr[data-request]').count(), 0, 'the queue is empty');
      linkIn(await inbox.mailFor(colleague.email, 'notification'), space);
      linkIn(await inbox.mailFor(second.email, 'invitation'));
    });

    await step('the guest reads the terms and comes in', async (t) => {
      const { page } = visitor;
      const mail = await inbox.mailFor(guest.email, 'invitation');
      assert.match(mail.text, new RegExp(says.invited));
      await page.goto(linkIn(mail));
      await see(t, visitor, 'sign-up with terms');
      await page.fill('[name=display_name]', guest.name);
      await page.fill('[name=password]', guest.password);
      await page.selectOption('[name=timezone]', 'Europe/Berlin');
      visitor.expectStatus(422);
      await send(page, 'display_name');
      await page.locator('[data-problem=terms_not_accepted]').waitFor();
      await see(t, visitor, 'without the terms');
      assert.equal(await page.inputValue('[name=display_name]'), guest.name, 'what was typed stays');
      assert.equal(await page.inputValue('[name=timezone]'), 'Europe/Berlin', 'what was chosen stays');
      await page.locator('details', { has: page.locator('.prose') }).locator('summary').click();
      assert.match(await page.locator('details .prose').innerText(), says.terms);
      await page.fill('[name=password]', guest.password); // passwords are not sent back
      await page.check('[name=terms][type=checkbox]');
      await send(page, 'display_name');
      await page.waitForURL(space);
      await see(t, visitor, 'inside');
      await page.fill('[name=text]', says.word);
      await send(page, 'text');
      await page.locator('.comment', { hasText: says.word }).waitFor();
      await inbox.mailFor(guest.email, 'welcome');
    });

    await step('the access is to end within a day', async (t) => {
      const { page } = host;
      await page.goto(`${space}/guests`);
      await see(t, host, 'guests');
      const row = page.locator(`tr[data-email="${guest.email}"]`);
      assert.equal(await row.getAttribute('data-status'), 'active');
      const change = await row.locator(`a[href^="${space}/guests/"]:not([href$="/delete"])`).first().getAttribute('href');
      [id] = change.match(/\d+$/);
      await follow(page, change);
      await page.locator('[name=ends_in_days]').waitFor();
      await see(t, host, 'a guest of the space');
      await page.selectOption('[name=ends_in_days]', '1');
      await send(page, 'ends_in_days');
      await page.locator('.flash').waitFor();
    });

    await step('the mail about it leads to one click that gives more time', async (t) => {
      const { page } = host;
      await page.goto('/');
      await signOut(page);
      const mail = await inbox.mailFor(chief.email, 'expiry-notice', { within: 120_000 }); // the portal looks every minute
      assert.match(mail.text, new RegExp(guest.name));
      await page.goto(linkIn(mail, '/endings'));
      assert.equal(new URL(page.url()).pathname, '/login');
      await signIn(page, chief);
      await page.waitForURL((url) => url.pathname === '/endings');
      await see(t, host, 'what ends');
      const told = await inbox.mailFor(guest.email, 'expiry-notice');
      assert.match(told.text, /Autumn catalogue/);
      await press(page, page.locator(`tr[data-email="${guest.email}"] button[name=extend]`));
      await page.locator('.flash').waitFor();
      await see(t, host, 'extended');
      await page.goto(`${space}/guests/${id}`);
      const until = new Date(await page.inputValue('[name=ends_on]'));
      assert.ok(until - Date.now() > 20 * 86_400_000, `the access ends on ${until}`);
    });

    await step('a review asks whether the guest still belongs', async (t) => {
      const { page } = host;
      await page.goto(`${space}/guests`);
      await press(page, page.locator(`form[action="${space}/reviews"] button`));
      await page.waitForURL('/reviews');
      await see(t, host, 'review');
      linkIn(await inbox.mailFor(chief.email, 'notification'), '/reviews');
      await page.locator(`tr[data-email="${guest.email}"] [type=radio][value=keep]`).check();
      await send(page, 'ends_in_days');
      await page.locator('.flash').waitFor();
      assert.equal(await page.locator(`tr[data-email="${guest.email}"]`).count(), 0, 'it is answered');
      await see(t, host, 'answered');
      await visitor.page.goto(space);
      await visitor.page.locator('.comment', { hasText: says.word }).waitFor();
    });

    await step('the guest becomes a member', async (t) => {
      const { page } = root;
      await page.goto('/admin/guests');
      await press(page, page.locator(`tr[data-email="${guest.email}"] a[href="/admin/guests/${id}"]`));
      await page.waitForURL(`/admin/guests/${id}`);
      await see(t, root, 'page of a guest');
      assert.doesNotMatch(await page.locator('main').innerText(), /\b[a-z]+_[a-z]+\b|\d{4}-\d\d-\d\dT/, 'the history speaks to people');
      await follow(page, `/admin/guests/${id}/conversion`);
      const sure = page.locator('form[action$="/conversion"] button.btn--primary');
      await sure.waitFor();
      await see(t, root, 'conversion');
      await sure.click();
      await page.waitForURL(`/admin/members/${id}`);
      await see(t, root, 'page of a member');
      await inbox.mailFor(guest.email, 'suspension'); // the kind of all changes of standing
    });

    await step('the former guest signs in and finds the space and their words', async (t) => {
      const { page } = visitor;
      await page.goto(space);
      await page.waitForURL((url) => url.pathname === '/login');
      await see(t, visitor, 'signed out');
      await signIn(page, guest);
      await page.waitForURL(space);
      await see(t, visitor, 'space of a member');
      const said = page.locator('.comment', { hasText: says.word });
      assert.equal(await said.locator('.comment__head [data-person]').getAttribute('data-person'), id);
      assert.equal(await said.locator('[data-guest]').count(), 0, 'no badge of a guest');
      await page.goto('/');
      assert.ok(await page.locator(`a[href="${space}"]`).count(), 'the space is on the home page');
      assert.equal((await page.goto('/spaces')).status(), 200, 'a page for members');
    });

    await step('the list of guests tells the same to the administrator', async (t) => {
      const { page } = root;
      await page.goto('/admin/guests');
      assert.equal(await page.locator(`tr[data-email="${guest.email}"]`).count(), 0, 'no guest any more');
      await page.goto('/admin/terms/1');
      await see(t, root, 'who accepted the terms');
      assert.equal(await page.locator(`tr[data-email="${guest.email}"]`).count(), 1, 'accepted once, kept on record');
    });

    for (const who of Object.values(everybody)) who.assertCalm();
  });
}
