// A whole portal for a test: the built program on a free port with a data
// folder of its own, mails going to an inbox of its own.
import { execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Inbox } from './inbox.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const run = promisify(execFile);

/** The administrator of a portal that was started with one. */
export const admin = {
  email: 'sato.yuki@aoyama.test',
  password: 'a lantern over the quiet harbour',
  name: 'Sato Yuki',
};

// The environment without settings of the portal: a test says all of them itself.
const plainEnvironment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GUESTHOUSE_')));

let built;

/**
 * Builds the program once for all tests of this process; gives its path. One
 * that is there already is named by GUESTHOUSE_PROGRAM.
 */
export function build() {
  built ??= process.env.GUESTHOUSE_PROGRAM ?? (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'guesthouse-program-'));
    process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
    const path = join(dir, 'guesthouse');
    await run(process.env.GO ?? 'go', ['build', '-o', path, './cmd/guesthouse'], { cwd: top });
    return path;
  })();
  return built;
}

/** A running portal and its inbox; `await portal.close()` ends both. */
export class Portal {
  /** Lines that the program printed, both streams. */
  lines = [];
  #process;
  #data;
  #setup;
  #asked = false;

  /**
   * Starts a portal and waits until it can serve. With `first: true` it has
   * nobody yet, and `setupCode` is what the console said; else `admin` is there.
   */
  static async start({ first = false, args = [] } = {}) {
    const portal = new Portal();
    const program = await build();
    portal.inbox = await Inbox.open();
    portal.#data = await mkdtemp(join(tmpdir(), 'guesthouse-portal-'));
    const who = first ? [] : [
      '--admin-email', admin.email, '--admin-password', admin.password, '--admin-name', admin.name,
    ];
    portal.#process = spawn(program, [
      'serve', '--addr', 'localhost:0', '--data', portal.#data, '--smtp', portal.inbox.url,
      '--log-format', 'json', ...who, ...args,
    ], { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnvironment() });
    try {
      await portal.#listen(first);
    } catch (err) {
      await portal.close();
      throw err;
    }
    return portal;
  }

  /** The one-time setup code that the console printed. */
  get setupCode() {
    return this.#setup;
  }

  // Reads the address (and the setup code) off the console, then asks /readyz.
  #listen(first) {
    return new Promise((resolve, reject) => {
      const failed = (why) => reject(new Error(`${why}; it printed:\n${this.lines.join('\n')}`));
      const timer = setTimeout(() => failed('the portal did not start in a minute'), 60_000);
      const look = async (line) => {
        this.lines.push(line);
        this.base ??= line.match(/https?:\/\/localhost:[1-9]\d*/)?.[0];
        this.#setup ??= line.match(/One-time code:\s*(\S+)/)?.[1].replace(/["\\].*$/, '');
        if (!this.base || (first && !this.#setup) || this.#asked) return;
        this.#asked = true;
        try {
          await this.#readyz();
          resolve();
        } catch (err) {
          failed(err.message);
        } finally {
          clearTimeout(timer);
        }
      };
      for (const stream of [this.#process.stdout, this.#process.stderr]) {
        createInterface({ input: stream }).on('line', look);
      }
      this.#process.once('error', (err) => failed(err.message));
      this.#process.once('exit', (code) => failed(`the portal ended with ${code}`));
    });
  }

  async #readyz() {
    for (let tries = 0; ; tries++) {
      const answer = await fetch(`${this.base}/readyz`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
      if (tries === 100) throw new Error(`/readyz answers ${answer?.status ?? 'nothing'}`);
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** Stops the program as an operator would, and removes its data. */
  async close() {
    if (this.#process && this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill('SIGTERM');
      await ended;
    }
    await this.inbox?.close();
    if (this.#data) await rm(this.#data, { recursive: true, force: true });
  }
}
