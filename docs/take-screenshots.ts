// Pictures of the dashboard for README and docs, of a fleet that runs: `npm start` in one terminal,
// and when its loop has closed `npm run screenshots` in another.
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';

const OUT = fileURLToPath(new URL('./pictures/', import.meta.url));
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };
/** Pictures and charts come after the page itself. */
const SETTLED = 2_500;
const QUALITY = 82;

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'http://127.0.0.1:8080' },
    'token-file': { type: 'string', default: '.edgeloop/control-plane/admin-token' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
const authorization = `Bearer ${readFileSync(values['token-file'], 'utf8').trim()}`;

async function ask<Answer>(path: string, method = 'GET'): Promise<Answer> {
  const response = await fetch(new URL(path, values.server), {
    method,
    headers: { authorization },
  });
  if (response.ok) return (await response.json()) as Answer;
  throw new Error(`Expected an answer to ${method} ${path}, received ${response.status}.`);
}

const { devices } = await ask<{ devices: { device: string }[] }>('/api/devices');
const { rollouts } = await ask<{ rollouts: { rollout: string }[] }>('/api/rollouts');
const { tasks } = await ask<{ tasks: { task: string }[] }>('/api/tasks');
const device = devices.at(-1)?.device;
const task = tasks[0]?.task;
const rollout = rollouts[0]?.rollout;
if (!device || !task || !rollout) {
  throw new Error(
    'Expected a fleet with devices, a task and a rollout. Let npm start close its loop first.',
  );
}

/** Name of the picture, address, and in which theme. */
const SHOTS = [
  ['fleet', '/', 'light'],
  ['fleet-dark', '/', 'dark'],
  ['device', `/devices/${device}`, 'light'],
  ['detections', '/detections', 'light'],
  ['label', `/label/${task}`, 'light'],
  ['models', '/models', 'light'],
  ['rollout', `/rollouts/${rollout}`, 'dark'],
  ['setup', '/setup', 'light'],
] as const;

async function shoot(page: Page, name: string, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(SETTLED);
  const png = await page.screenshot();
  await sharp(png).webp({ quality: QUALITY }).toFile(`${OUT}${name}.webp`);
  process.stdout.write(`docs/pictures/${name}.webp\n`);
}

mkdirSync(OUT, { recursive: true });
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
try {
  const context = await browser.newContext({ baseURL: values.server, viewport: WIDE });
  const page = await context.newPage();
  const { path } = await ask<{ path: string }>('/api/session/link', 'POST');
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  for (const [name, address, colorScheme] of SHOTS) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, name, address);
  }
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'phone', `/rollouts/${rollout}`);
} finally {
  await browser.close();
}
