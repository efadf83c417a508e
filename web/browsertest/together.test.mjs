// A member and a guest at work at the same time: thread, mention, attachment,
// reply, notice, mail, search, chat. The guest once with JavaScript, once without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, look, person, phone, wide } from './browser.mjs';
import { erika, maker, open, settle, submit, twin } from './world.mjs';

let browser, portal, host, world, unread;
before(async () => {
  browser = await launch();
  ({ portal, host } = await open(browser));
  world = await settle(browser, portal, host);
  unread = await submit(world.member, `${world.space}/threads`, { name: 'Proofs', body: 'Nobody opens this in time.' });
  await submit(world.member, `${unread}/comments`, { text: 'Will you look at these, @Erika Beispiel?' });
  await submit(world.member, `${unread}/comments`, { text: 'only the team reads of the printing price', audience: 'team' });
});
after(async () => {
  await browser?.close();
  await portal?.close();
});

// Opens a page; with the script, waits until it is told what happens.
async function read({ page, script }, path) {
  const stream = script && page.waitForResponse((answer) => new URL(answer.url()).pathname === '/live');
  await page.goto(path);
  await stream;
}

// What somebody waits for: it comes by itself, or with a reload.
async function appears(who, locator) {
  if (!who.script) await who.page.reload();
  await locator.waitFor();
}

const text = ({ page }) => page.locator('form.composer textarea[name=text]');
const say = ({ page }) => page.locator('form.composer .composer__bar button.btn--primary').click();
const comment = ({ page }, words) => page.locator('#comments .comment', { hasText: words });

for (const at of [
  { name: 'with JavaScript', script: true, viewport: wide },
  { name: 'the guest without JavaScript', script: false, viewport: phone },
]) {
  test(`a member and a guest work together: ${at.name}`, async (t) => {
    const word = at.script ? 'varnish' : 'binding';
    const member = await twin(browser, world.member, { viewport: wide });
    const guest = await twin(browser, world.guest, at);
    const canary = `only the team reads of the ${word} price`;
    let thread;

    await t.test('the member begins a thread and mentions the guest', async () => {
      thread = await submit(member, `${world.space}/threads`, { name: `Questions of ${word}`, body: 'Let us settle this.' });
      await read(guest, thread);
      await read(member, thread);
      await text(member).pressSequentially('Which one do you take, @Eri');
      await member.page.getByRole('option', { name: 'Erika Beispiel' }).waitFor();
      await text(member).press('Enter');
      await text(member).pressSequentially('?');
      assert.match(await text(member).inputValue(), /@Erika Beispiel \?$/);
      await say(member);
      await comment(member, 'Which one do you take').locator('[data-person] .mention').waitFor();
      await look(t, member, `together ${at.name} thread`);
    });

    await t.test('it is offered to the guest who has the thread open', async () => {
      if (guest.script) await guest.page.getByRole('button', { name: /New comments/ }).click();
      await appears(guest, comment(guest, 'Which one do you take'));
      assert.equal(await comment(guest, 'Which one do you take').locator('[data-guest]').count(), 1, 'the mention says guest (S4-10)');
    });

    await t.test('what the team says among itself reaches the guest in no way', async () => {
      await read(member, thread);
      await member.page.locator('form.composer select[name=audience]').selectOption('team');
      await text(member).fill(canary);
      await say(member);
      await comment(member, canary).getByText('Team only').waitFor();
      await guest.page.reload();
      for (const path of [thread, world.space, '/', '/notifications', `/search?q=${encodeURIComponent(`${word} price`)}`]) {
        await guest.page.goto(path);
        assert.ok(!(await guest.page.content()).includes(canary), `${path} shows it`);
      }
    });

    await t.test('the guest answers with a file, and the member sees both', async () => {
      await read(member, thread);
      await read(guest, thread);
      await text(guest).fill(`The matt ${word}, as in the sample`);
      await guest.page.locator('form.composer input[type=file]').setInputFiles([
        { name: `${word} sample.txt`, mimeType: 'text/plain', buffer: Buffer.from(`a sample of ${word}`) },
      ]);
      if (guest.script) await guest.page.locator('[data-upload="done"]').waitFor();
      await say(guest);
      await comment(guest, `The matt ${word}`).locator('a[data-attachment]').waitFor();
      await member.page.getByRole('button', { name: /New comments/ }).click();
      const file = comment(member, `The matt ${word}`).locator('a[data-attachment]');
      const content = await member.context.request.get(await file.getAttribute('href'));
      assert.equal(await content.text(), `a sample of ${word}`);
      await look(t, guest, `together ${at.name} answer`);
    });

    await t.test('each is told by notice', async () => {
      await guest.page.goto('/notifications');
      const named = guest.page.locator('[data-notice][data-kind=mention]', { hasText: `Questions of ${word}` });
      await appears(guest, named);
      await look(t, guest, `together ${at.name} notices`);
      await member.page.goto('/notifications');
      await member.page.locator('[data-notice]', { hasText: `Questions of ${word}` }).first().waitFor();
    });

    await t.test('both find the words', async () => {
      for (const who of [guest, member]) {
        for (let tries = 0; ; tries++) { // the index follows in a moment
          await who.page.goto(`/search?q=${encodeURIComponent(`matt ${word}`)}`);
          if (await who.page.locator('#found mark').count() || tries > 20) break;
          await who.page.waitForTimeout(250);
        }
        await who.page.locator('#found a.rows__title').first().click();
        await comment(who, `The matt ${word}`).waitFor();
      }
      await guest.page.goto(`/search?q=${encodeURIComponent(word)}`);
      await look(t, guest, `together ${at.name} search`);
    });

    await t.test('they go on in a chat', async () => {
      const account = /people\/(\d+)/.exec(await (await member.context.request.get(`${world.space}/people?q=erika`)).text())?.[1];
      const chat = await submit(member, '/chats/new', { account, text: `About the ${word}` });
      await read(guest, chat);
      await guest.page.locator('.msg', { hasText: `About the ${word}` }).waitFor();
      await read(member, chat);
      await guest.page.locator('.chat__form textarea').fill(`Gladly, the ${word}`);
      await guest.page.locator('.chat__form button.btn--primary').click();
      await member.page.locator('.msg', { hasText: `Gladly, the ${word}` }).waitFor();
      await look(t, guest, `together ${at.name} chat`);
    });

    member.assertCalm();
    guest.assertCalm();
    await member.close();
    await guest.close();
  });
}

let told; // the mail that the guest got
test('a mail tells the guest of what they have not seen, and of nothing that is not theirs (SEC-M5)', async () => {
  for (;;) { // what is new comes together, some while after it was written
    const mail = await portal.inbox.mailFor(erika.email, 'notification', { within: 150_000 });
    assert.match(mail.raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
    assert.ok(!/the team reads/.test(mail.raw + mail.text + mail.html), mail.text);
    if (!mail.text.includes('Will you look at these')) continue;
    assert.ok(mail.text.includes('Proofs') && mail.text.includes(unread), mail.text);
    told = mail;
    return;
  }
});

test('somebody who is mentioned need not be typed by hand: keys alone choose them', async () => {
  const member = await twin(browser, world.member, { viewport: wide });
  await read(member, world.thread);
  await text(member).pressSequentially('@田');
  await member.page.locator('.mentions').getByRole('option', { name: maker.name }).waitFor();
  await text(member).press('Escape');
  assert.equal(await member.page.locator('.mentions').count(), 0);
  assert.equal(await text(member).inputValue(), '@田');
  member.assertCalm();
  await member.close();
});

test('the mail ends mails like it in two clicks, without signing in, of its space and of all (C15)', async (t) => {
  const links = [...new Set(told.text.match(/https?:\/\/\S+\/notifications\/unsubscribe\/[\w-]+/g))];
  assert.equal(links.length, 2, told.text);
  const guest = await twin(browser, world.guest, { viewport: wide });
  const choice = async (box) => {
    await guest.page.goto('/profile/notifications');
    return box(guest.page).evaluate((select) => select.value);
  };
  const ofSpace = (page) => page.locator('details[id^=space-]', { hasText: 'Autumn catalogue' }).locator('select[name=comments]');
  const ofAll = (page) => page.locator('#comments');
  for (const [link, words, box] of [
    [links[0], 'about the space of that mail', ofSpace],
    [links[1], 'about what is new in this portal', ofAll],
  ]) {
    const stranger = await person(browser, portal, { script: false, viewport: phone });
    const { page } = stranger;
    const before = await choice(box);
    await page.goto(link);
    await page.getByText(words).waitFor();
    await look(t, stranger, 'unsubscribe');
    assert.equal(await choice(box), before, 'opening the link changes nothing (SEC-T4)');
    await page.locator('main form button.btn--primary').click();
    await page.getByRole('heading', { level: 1, name: 'Unsubscribed' }).waitFor();
    await look(t, stranger, 'unsubscribed');
    assert.equal(await choice(box), 'off');
    stranger.assertCalm();
    await stranger.close();
  }
  guest.assertCalm();
  await guest.close();
});
