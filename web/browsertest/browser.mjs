// People with browsers. Each person is a context of its own: cookies, language,
// window, JavaScript or none. What goes wrong on their way is kept and fails.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const out = fileURLToPath(new URL('out', import.meta.url));

/** The two windows that every page is looked at in. */
export const wide = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

/** The matrix of a journey: JavaScript on and off, desk and phone. */
export const matrix = [true, false].flatMap((script) => [wide, phone].map((viewport) => ({
  script,
  viewport,
  title: `${script ? 'JavaScript' : 'no JavaScript'}, ${viewport.width} px`,
})));

/**
 * Starts Debian's Chromium, or the one that CHROMIUM names. A browser that dies
 * before it has opened a window says nothing about the portal: it is started again.
 */
export async function launch(tries = 3) {
  try {
    return await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', // it cannot run as root otherwise, and sees our own pages only
        '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
      ],
    });
  } catch (err) {
    if (tries <= 1) throw err;
    return launch(tries - 1);
  }
}

/**
 * A person at a browser of their own. `problems` collects what must not happen:
 * console errors, refusals by the content security policy, 5xx, requests elsewhere.
 */
export async function person(browser, portal, {
  script = true, viewport = wide, locale = 'en-GB', timezone = 'Asia/Tokyo',
} = {}) {
  const context = await browser.newContext({
    baseURL: portal.base,
    javaScriptEnabled: script,
    viewport,
    locale,
    timezoneId: timezone,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems = [];
  const expected = new Set();
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Chromium reports each 4xx of a page here too; expectStatus names those that belong.
    const status = message.text().match(/responded with a status of (\d+)/)?.[1];
    if (status && expected.has(Number(status))) return;
    problems.push(`console: ${message.text()}`);
  });
  context.on('weberror', (err) => problems.push(`script: ${err.error().message}`));
  context.on('response', (answer) => {
    if (answer.status() >= 500) problems.push(`${answer.status()} ${answer.request().method()} ${new URL(answer.url()).pathname}`);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== portal.base) problems.push(`asked ${url.origin}`);
  });
  return {
    context,
    page,
    problems,
    script,
    viewport,
    /** Says that answers of these statuses belong to the way. */
    expectStatus: (...statuses) => statuses.forEach((s) => expected.add(s)),
    /** Fails when anything went wrong on the way. */
    assertCalm: () => assert.deepEqual(problems, [], 'something went wrong in the browser'),
    /** Keeps a picture of the page in out/, for whoever looks into a failure. */
    picture: (name) => picture(page, `${out}/${name}`),
    close: () => context.close(),
  };
}

const picture = (page, path) => page.screenshot({ path: `${path.replace(/[^\w/.]+/g, '-')}.png`, fullPage: true });

// Keeps the page in light and in dark in the folder PICTURES, when it is set.
async function keepPictures({ page, script, viewport }, name) {
  if (!process.env.PICTURES || !script) return;
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `${process.env.PICTURES}/${name}-${viewport.width}-${colorScheme}`);
  }
}

const serious = new Set(['serious', 'critical']);

/**
 * What axe says of the page as it stands, in light and in dark, by WCAG 2.0 to
 * 2.2 A and AA and the best practices. axe is a script, so a page of somebody
 * without JavaScript is judged in a copy: the same HTML, our scripts left out.
 */
export async function axe(page, { script = true } = {}) {
  if (script) return judge(page);
  const html = await page.content();
  const copy = await page.context().browser().newContext({ viewport: page.viewportSize(), reducedMotion: 'reduce', bypassCSP: true });
  try {
    await copy.addCookies(await page.context().cookies());
    const twin = await copy.newPage();
    await twin.route('**/*', (route) => {
      const type = route.request().resourceType();
      if (type === 'document') return route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' });
      return type === 'script' ? route.abort() : route.continue();
    });
    await twin.goto(page.url());
    return await judge(twin);
  } finally {
    await copy.close();
  }
}

const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function judge(page) {
  const findings = new Map();
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(`${axeSource}; 0`);
  // What is dark differs in colours and in nothing else.
  for (const [colorScheme, runOnly] of [['dark', ['color-contrast', 'link-in-text-block']], ['light', everything]]) {
    await page.emulateMedia({ colorScheme });
    const result = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] }), runOnly);
    for (const { id, impact, help, nodes } of result.violations) {
      for (const node of nodes) {
        const where = node.target.join(' ');
        // What is wrong in both is told once.
        findings.set(`${id} ${where}`, { id, impact, help, where, colorScheme, why: node.any.concat(node.all, node.none)[0]?.message ?? '' });
      }
    }
  }
  return [...findings.values()];
}

/** Fails on any serious or critical finding, and tells the others in the log. */
export async function assertAccessible(t, page, options) {
  const findings = await axe(page, options);
  const line = (f) => `${f.impact} (${f.colorScheme}): ${f.id}, ${f.help}: ${f.where}: ${f.why}`;
  const where = new URL(page.url()).pathname.replace(/\/[A-Za-z0-9_-]{40,}/, '/…');
  for (const f of findings.filter((f) => !serious.has(f.impact))) t.diagnostic(`axe at ${where}: ${line(f)}`);
  const bad = findings.filter((f) => serious.has(f.impact)).map(line);
  assert.ok(bad.length === 0, `axe at ${where}:\n${bad.join('\n')}`);
}

/** Fails when the page must be scrolled sideways, here and at 320 px (reflow). */
export async function assertFits(page) {
  const before = page.viewportSize();
  for (const width of [before.width, 320]) {
    await page.setViewportSize({ width, height: before.height });
    const { scroll, client } = await page.locator('html').evaluate((html) => ({ scroll: html.scrollWidth, client: html.clientWidth }));
    assert.ok(scroll <= client, `${new URL(page.url()).pathname} is ${scroll} px wide in a window of ${width} px`);
  }
  await page.setViewportSize(before);
}

// How many main headings the reader meets. Beneath an open dialog lies a page
// with a heading of its own, which nobody reaches while the dialog is open.
const headings = (page) => page.locator('h1').evaluateAll((all) => {
  const dialog = document.querySelector('dialog:modal') ?? document.querySelector('dialog[open]');
  return all.filter((h1) => !h1.closest('[inert]') && (!dialog || dialog.contains(h1)) && h1.checkVisibility()).length;
});

/**
 * Asserts what must hold of every page: one heading, it reads well in light and
 * dark, it fits. The title names the picture, where pictures are kept.
 */
export async function look(t, who, title) {
  const { page } = who;
  await page.locator('h1').first().waitFor();
  assert.equal(await headings(page), 1, `${title}: one h1`);
  await keepPictures(who, title);
  await assertAccessible(t, page, who);
  await assertFits(page);
}

/** What one can reach now: the topmost dialog where one is open, else the page. */
export const front = async (page) => {
  const dialogs = page.locator('dialog[open]');
  return await dialogs.count() ? dialogs.last() : page.locator('body');
};

/** Presses the main button of the form that holds this field. */
export const send = (page, field) => page.locator('form', { has: page.locator(`[name="${field}"]`) })
  .locator('button.btn--primary').last().click();

/**
 * Presses the first of these that a person can reach, opening the menu it is in.
 * Some stand on the page twice, for the desk and for the phone.
 */
export async function press(page, buttons) {
  await buttons.first().waitFor({ state: 'attached' });
  for (const button of await buttons.all()) {
    if (await button.isVisible()) return button.click();
    const menu = button.locator('xpath=ancestor::details[not(@open)][1]/summary');
    if (!await menu.count() || !await menu.isVisible()) continue;
    await menu.click();
    return button.click();
  }
  throw new Error(`nobody reaches ${buttons}`);
}

/** Signs out where one's own account is. */
export async function signOut(page) {
  await press(page, page.locator('a[href="/profile"]'));
  await page.waitForURL((url) => url.pathname === '/profile');
  await press(page, page.locator('form[action="/logout"] button'));
  await page.waitForURL((url) => url.pathname === '/login');
}
