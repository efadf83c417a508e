// Takes the pictures in docs/screens: `make screens`. The people and firms in
// them are customary placeholders.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch, person, phone, wide } from './browser.mjs';
import { linkIn } from './inbox.mjs';
import { Portal } from './portal.mjs';
import { submit } from './world.mjs';

const folder = fileURLToPath(new URL('../../docs/screens', import.meta.url));
const host = { email: 'jane.roe@example.com', password: 'a lantern over the quiet harbour' };
const guestPassword = 'seven grey herons at dusk';

const browser = await launch();
const portal = await Portal.start({
  args: ['--organization', 'Example Works', '--admin-name', 'Jane Roe', '--admin-email', host.email, '--admin-password', host.password],
});

const somebody = async () => ({ ...await person(browser, portal, { timezone: 'Europe/Berlin' }), portal });

async function signIn(who, login, password) {
  await submit(who, '/login', { login, password });
  return who;
}

/** Signs a guest up by the link in the mail. */
async function signUp(email, name) {
  const guest = await somebody();
  const link = new URL(linkIn(await portal.inbox.mailFor(email, 'invitation'))).pathname;
  await submit(guest, link, { display_name: name, password: guestPassword, locale: 'en', timezone: 'Europe/Berlin' });
  return guest;
}

/** Keeps the page that `who` sees at a path: in light, in dark and on a phone. */
async function keep(who, path, name, before = async () => {}) {
  for (const [suffix, viewport, colorScheme] of [['', wide, 'light'], ['-dark', wide, 'dark'], ['-phone', phone, 'light']]) {
    await who.page.setViewportSize(viewport);
    await who.page.emulateMedia({ colorScheme });
    await who.page.goto(path);
    await before(who.page);
    await who.page.screenshot({ path: `${folder}/${name}${suffix}.png` });
  }
}

async function fill() {
  const jane = await signIn(await somebody(), host.email, host.password);
  const make = (kind, name, cover) => submit(jane, '/spaces', { kind, name, cover: `preset:${cover}`, multi_thread: 'on' });
  await make('open', 'All hands', 'ridge');
  await make('guest', 'Supplier onboarding', 'paper');
  await make('guest', '新店舗オープン準備', 'tiles');
  await make('guest', 'Warehouse move', 'dunes');
  const space = await make('guest', 'Autumn catalogue', 'harbour');
  await submit(jane, `${space}/settings`, {
    name: 'Autumn catalogue', cover: 'preset:harbour', multi_thread: 'on',
    body: 'Everything for the autumn catalogue, from the page plan to the printed copy. Press date is **Monday 26 October**.\n\n- Decisions are written in the thread, not in mail.\n- Corrections go under the proofs they belong to.',
  });
  await submit(jane, `${space}/invitations`, {
    emails: 'erika@partner.example, max@partner.example, hanako@studio.example, juan.perez@example.net, proofs@partner.example',
    permission: 'edit', ends_in_days: '90', message: 'Hello,\nthis is where we collect proofs and corrections for the autumn catalogue.',
  });
  const erika = await signUp('erika@partner.example', 'Erika Mustermann');
  const hanako = await signUp('hanako@studio.example', '山田 花子');
  const proofs = await submit(jane, `${space}/threads`, { name: 'Cover proofs, round 2', body: 'Please look at these until Friday.' });
  const stock = await submit(jane, `${space}/threads`, { name: 'Photo selection for the knitwear spread' });
  await submit(hanako, `${stock}/comments`, { text: 'ありがとうございます。候補を6枚に絞りました。' });
  await submit(erika, `${proofs}/comments`, { text: 'The corrected covers for pages 12–40 are ready. Please check the bleed on **18**.' });
  return { jane, erika, space };
}

try {
  await mkdir(folder, { recursive: true });
  const { jane, erika, space } = await fill();
  const stranger = await somebody();
  const link = new URL(linkIn(await portal.inbox.mailFor('max@partner.example', 'invitation'))).pathname;
  await keep(jane, '/', 'home');
  await keep(erika, '/', 'home-guest');
  await keep(jane, '/spaces/new?kind=guest', 'new-space');
  await keep(jane, space, 'space');
  await keep(jane, `${space}/guests`, 'manage-guests');
  await keep(jane, `${space}/invitations/new`, 'invite-guests', async (page) => {
    const checked = page.waitForResponse((answer) => answer.url().includes('/invitations/'));
    await page.locator('[name=emails]').fill('jan@example.org, erika@partner.example, jane.roe@example.com, max@partner,example');
    await checked;
    await page.locator('[data-verdict]').first().waitFor();
  });
  await keep(stranger, link, 'sign-up');
  await keep(stranger, '/invitations/no-such-link', 'error');
  await keep(jane, '/admin/guests', 'administration');
  await submit(jane, '/admin/authentication', { 'twostep.guests': 'on' });
  const code = await signIn(await somebody(), 'hanako@studio.example', guestPassword);
  await keep(code, '/verification', 'code');
} finally {
  await browser.close();
  await portal.close();
}
