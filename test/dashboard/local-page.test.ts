import { mkdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { freePort } from '../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { until } from '../stand/until.ts';
import { checkAccessibility } from './stand/check-page.ts';
import { chromiumMissing, SIZES } from './stand/dashboard.ts';
import { look } from './stand/look.ts';

t.setTimeout(120_000);
const NO_BROKER = 'mqtt://127.0.0.1:1';
const PASSWORD = 'as long as it must be';

/** A device with its page, and a browser before it. */
async function open(t: Test, changes: (port: number) => object, given: BrowserContextOptions = {}) {
  const folder = await AgentFolder.create();
  await folder.addPictures(['red', 'green', 'blue']);
  const port = await freePort();
  const configure = (more: object = {}) =>
    folder.configure(NO_BROKER, { http: { port }, ...changes(port), ...more });
  const agent = new AgentProcess(['run', '--safe-mode', '--config', await configure()]);
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  t.teardown(async () => {
    await browser.close();
    await agent.kill('SIGKILL');
    await folder.remove();
  });
  const address = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${address}/healthz`).catch(() => null)) !== null);
  const context = await browser.newContext({ viewport: SIZES.desk, ...given });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (protocol !== 'blob:' && host !== new URL(address).host) elsewhere.push(request.url());
  });
  return { page, address, configure, complaints, elsewhere, agent };
}

/** By headers that a browser lets nobody choose. @returns the status */
function ask(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on('error', reject);
  });
}

/**
 * At a desk and on a phone, in both themes: nothing sticks out, axe finds nothing serious; with
 * pictures for who wants to look.
 */
async function check(t: Test, page: Page, name: string): Promise<void> {
  await checkAccessibility(t, page, name);
  for (const size of ['desk', 'phone'] as const) {
    await page.setViewportSize(SIZES[size]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const folder = process.env.EDGELOOP_SCREENSHOTS;
      if (!folder) continue;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    t.ok(wide <= 0, `${name}, ${size}: nothing sticks out (${wide} px)`);
  }
  await page.setViewportSize(SIZES.desk);
}

t.test(
  'who looks sees what the camera sees now, and what the model says',
  { skip: chromiumMissing },
  async (t) => {
    const source = { kind: 'directory', path: 'pictures', loop: true, interval: '400ms' };
    const cameras = { cam0: { slot: 'main', source, decide: { mode: 'frame' } } };
    const { page, address, complaints, elsewhere } = await open(t, () => ({ cameras }));
    await page.goto(address);
    const image = page.getByRole('img', { name: 'What camera cam0 sees' });
    await image.waitFor();
    const seen = new Set<string | null>();
    await until(async () => seen.add((await look(image)).colour).size === 3);
    t.same([...seen].toSorted(), ['blue', 'green', 'red'], 'one after another, without a reload');
    const label = page.locator('.label');
    const pairs = new Set<string>();
    for (let i = 0; i < 5; i += 1) {
      await until(async () => {
        const [before, { colour }, after] = [
          await label.textContent(),
          await look(image),
          await label.textContent(),
        ];
        // None while the next picture takes its place.
        const both = colour !== null && before === after;
        if (both) pairs.add(`${colour} ${after}`);
        return both;
      });
      await delay(300);
    }
    t.same(
      [...pairs].filter((pair) => new Set(pair.split(' ')).size > 1),
      [],
      'a picture has its own label',
    );
    await page.getByText('127.0.0.1:1, not connected').waitFor();
    await page.getByText(/^[1-9][\d.]* a second · /).waitFor();
    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'pi-1');
    await check(t, page, 'local-page');
    t.same([complaints, elsewhere], [[], []], 'its policy forbids nothing that it needs');

    for (const [headers, status] of [
      [{ host: 'localhost' }, 200],
      [{ host: 'evil.example' }, 421],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
    ] as const) {
      t.equal(await ask(`${address}/page/state`, headers), status, JSON.stringify(headers));
    }
    t.equal(await ask(`${address}/healthz`, { host: 'evil.example' }), 421);
    t.equal(await ask(`${address}/page/../../package.json`, {}), 404);
  },
);

t.test(
  'in safe mode the page says what is wrong, and goes on when it is mended',
  { skip: chromiumMissing },
  async (t) => {
    const source = { kind: 'synthetic', interval: '100ms' };
    const cameras = { cam0: { slot: 'main', source, decide: { mode: 'frame' } } };
    const { page, address, configure } = await open(t, () => ({ cameras, halth: {} }));
    await page.goto(address);
    await page.getByRole('heading', { name: 'Safe mode' }).waitFor();
    await page.getByText('halth: unknown key. Did you mean "health"?', { exact: false }).waitFor();
    t.match(await page.locator('#mistakes li').allTextContents(), [/^line \d+halth/]);
    await check(t, page, 'local-page-safe');
    await configure({ halth: undefined });
    await page.getByRole('img', { name: 'What camera cam0 sees' }).waitFor();
    t.equal(await page.getByRole('heading', { name: 'Safe mode' }).count(), 0);
  },
);

t.test(
  'from other machines nobody looks without the password, or by a name that is not its own',
  { skip: chromiumMissing },
  async (t) => {
    const page = { password: PASSWORD };
    const http = (port: number) => ({ http: { host: '0.0.0.0', port }, page });
    const { page: browser, address } = await open(t, http, {
      httpCredentials: { username: 'anyone', password: PASSWORD },
    });
    const paths = ['/', '/page/state', '/page/cameras/cam0/picture', '/page/page.js'];
    for (const path of paths) {
      const answer = await fetch(address + path);
      t.equal(answer.status, 401, path);
      t.match(answer.headers.get('www-authenticate'), /^Basic /);
    }
    t.equal(
      await ask(`${address}/page/state`, { host: 'evil.example' }),
      421,
      'before it is asked',
    );
    t.not(await ask(`${address}/healthz`, {}), 401, 'health has no login, as ever');
    await browser.goto(address);
    await browser.getByText('pi-1').first().waitFor();
  },
);
