// The way from an e-mail address to a guest inside the space, as people walk it:
// "done when" 1 of the product. Everything is real but the clock's patience.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { front, launch, look, matrix, person, press, send, signOut } from './browser.mjs';
import { codeIn, linkIn } from './inbox.mjs';
import { admin, Portal } from './portal.mjs';

const guest = { email: 'erika@partner.test', name: 'Erika Beispiel', password: 'seven grey herons at dusk' };
const late = 'max@partner.test';
const secret = 'Board papers'; // a space that no guest may hear of

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const path = (page) => new URL(page.url()).pathname;

/** Follows the link, opening the menu that it is in. */
const follow = async (page, href) => press(page, (await front(page)).locator(`a[href="${href}"], a[href^="${href}?"]`));

const status = (page, email) => page.locator(`tr[data-email="${email}"]`).getAttribute('data-status');

for (const at of matrix) {
  // S0-06 S0-16 S0-21 S0-24 S0-25 S0-26 S0-30 S0-33 S0-35 S0-38 S0-39 S0-04 SEC-S4
  test(`from an address to a guest in the space: ${at.title}`, async (t) => {
    const portal = await Portal.start({ first: true });
    t.after(() => portal.close());
    const host = await person(browser, portal, at);
    const visitor = await person(browser, portal, at);
    t.after(() => Promise.all([host.close(), visitor.close()]));
    let space, other, broken = false;
    // A step stands on those before it: after one that failed, the rest is left out.
    const step = (name, walk) => t.test(name, { skip: broken && 'an earlier step failed' }, async (t) => {
      try {
        await walk(t);
      } catch (err) {
        broken = true;
        await Promise.all([host.picture(`${at.title} host`), visitor.picture(`${at.title} visitor`)]);
        throw err;
      }
    });

    await step('an organisation is set up with the code from the console', async (t) => {
      const { page } = host;
      await page.goto('/setup');
      await look(t, host, 'setup');
      await page.fill('[name=setup_code]', portal.setupCode);
      await page.fill('[name=organization]', 'Aoyama Works');
      await page.fill('[name=display_name]', admin.name);
      await page.fill('[name=email]', admin.email);
      await page.fill('[name=password]', admin.password);
      await send(page, 'setup_code');
      await page.waitForURL('/');
      await look(t, host, 'home on the first day');
    });

    await step('a guest space with a cover is made, beside another', async (t) => {
      const { page } = host;
      await page.goto('/spaces/new?kind=private');
      const kind = page.locator('[name=kind][type=radio][value=private]');
      if (await kind.count()) await kind.check({ force: true });
      await page.fill('[name=name]', secret);
      await send(page, 'name');
      await page.waitForURL(/\/spaces\/\d+$/);
      other = path(page);

      await page.goto('/spaces/new?kind=guest');
      await look(t, host, 'new space');
      await page.fill('[name=name]', 'Autumn catalogue');
      await page.check('[name=cover][value="preset:harbour"]', { force: true });
      await send(page, 'name');
      await page.waitForURL(/\/spaces\/\d+$/);
      space = path(page);
      await look(t, host, 'space');
      assert.match(await page.locator('h1').innerText(), /Autumn catalogue/);
    });

    await step('two addresses are invited, and their mails arrive', async (t) => {
      const { page } = host;
      await follow(page, `${space}/guests`);
      await page.waitForURL(`${space}/guests`);
      await look(t, host, 'no guests yet');
      await follow(page, `${space}/invitations/new`);
      await page.locator('[name=emails]').waitFor();
      await look(t, host, 'invite');
      await page.fill('[name=emails]', `Erika <${guest.email}>, ${late}`);
      await send(page, 'emails');
      await page.waitForURL(/\/invitations\/results\//);
      for (const email of [guest.email, late]) {
        assert.equal(await page.locator(`tr[data-email="${email}"]`).getAttribute('data-verdict'), 'invited');
      }
      await look(t, host, 'invitations sent');
      await follow(page, `${space}/guests`);
      await page.waitForURL(`${space}/guests`);
      await look(t, host, 'guests invited');
      assert.equal(await status(page, guest.email), 'invited');
      assert.equal(await status(page, late), 'invited');
      linkIn(await portal.inbox.mailFor(late, 'invitation'));
    });

    await step('one signs up and is inside the space at once', async (t) => {
      const { page } = visitor;
      const link = linkIn(await portal.inbox.mailFor(guest.email, 'invitation'));
      await page.goto(link);
      await look(t, visitor, 'sign-up');
      await page.reload(); // looking uses nothing up: SEC-T4
      await page.fill('[name=display_name]', guest.name);
      await page.fill('[name=password]', guest.password);
      const terms = page.locator('[name=terms][type=checkbox]');
      if (await terms.count()) await terms.check();
      await send(page, 'display_name');
      await page.waitForURL(space);
      await look(t, visitor, 'space of a guest');
      const welcome = await portal.inbox.mailFor(guest.email, 'welcome');
      assert.ok(!welcome.raw.includes(guest.password), 'no password in a mail');
      const stranger = await person(browser, portal, at);
      t.after(stranger.close);
      stranger.expectStatus(410);
      assert.equal((await stranger.page.goto(link)).status(), 410, 'a link works once');
      await look(t, stranger, 'a link that was used');
    });

    await step('the host sees who is in and who is not yet', async (t) => {
      const { page } = host;
      await page.goto(`${space}/guests`);
      await look(t, host, 'guests');
      assert.equal(await status(page, guest.email), 'active');
      assert.equal(await status(page, late), 'invited');
      const row = page.locator(`tr[data-email="${guest.email}"]`);
      assert.match(await row.innerText(), new RegExp(guest.name));
      assert.ok(await row.locator('[data-person] [data-guest]').count(), 'the badge of a guest');
    });

    await step('two-step verification is switched on', async (t) => {
      const { page } = host;
      await page.goto('/admin/authentication');
      await look(t, host, 'guest authentication');
      const twoStep = page.getByRole('switch').and(page.locator('[name="twostep.guests"]'));
      await twoStep.check();
      await send(page, 'twostep.guests');
      await page.locator('.flash').waitFor();
      await page.goto('/admin/authentication');
      assert.ok(await twoStep.isChecked(), 'it stays on');
    });

    await step('the guest comes back with a code and sees one space', async (t) => {
      const { page } = visitor;
      await signOut(page);
      await look(t, visitor, 'sign in');
      await page.fill('[name=login]', guest.email);
      await page.fill('[name=password]', guest.password);
      await send(page, 'login');
      await page.waitForURL('/verification');
      await look(t, visitor, 'verification');
      await page.fill('[name=code]', codeIn(await portal.inbox.mailFor(guest.email, 'verification')));
      await send(page, 'code');
      await page.waitForURL('/');
      await look(t, visitor, 'home of a guest');
      const spaces = await page.locator('a[href^="/spaces/"]').evaluateAll((links) => [...new Set(links.map((a) => a.pathname.split('/')[2]))]);
      assert.deepEqual(spaces, [space.split('/')[2]], 'one space and no other');
      assert.equal(await page.locator('a[href^="/admin"]').count(), 0, 'nothing to administer');
      visitor.expectStatus(403, 404);
      for (const elsewhere of [other, `${other}/guests`, '/admin/guests']) {
        const answer = await page.goto(elsewhere);
        assert.ok([403, 404].includes(answer.status()), `${elsewhere} answers ${answer.status()}`);
        assert.ok(!(await page.content()).includes(secret), `${elsewhere} names what is not there`);
      }
      await page.goto('/');
    });

    await step('the guest is removed, and the next click is refused', async (t) => {
      const { page } = host;
      await page.goto(`${space}/guests`);
      await page.locator(`tr[data-email="${guest.email}"] a[href$="/delete"]`).click();
      const sure = page.locator('form[action$="/delete"] button.btn--danger-solid');
      await sure.waitFor(); // S2-09: what it does is told first
      await look(t, host, 'remove a guest');
      await sure.click();
      await page.waitForURL(`${space}/guests`);
      assert.equal(await page.locator(`tr[data-email="${guest.email}"]`).count(), 0);

      await press(visitor.page, visitor.page.locator(`a[href="${space}"]`));
      await visitor.page.locator('main[data-error]').waitFor();
      await look(t, visitor, 'refused');
      await visitor.page.goto('/');
      assert.equal(await visitor.page.locator('a[href^="/spaces/"]').count(), 0, 'the space is gone from home');
      await look(t, visitor, 'home of a guest without a space');
    });

    host.assertCalm();
    visitor.assertCalm();
  });
}
