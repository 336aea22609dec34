import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import t from 'tap';
import { AgentProcess } from '../stand/agent/agent-process.ts';
import { COLOURS, type Colour } from '../stand/models/colour-package.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { until } from '../stand/until.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';
import { look } from './stand/look.ts';
import { BEFORE, LABELS, openDevice, openTask, SWAPPED, TASK } from './stand/open-story.ts';

t.setTimeout(280_000);
// Measured once on a machine, kept for all tests.
process.env.XDG_CACHE_HOME ??= join(tmpdir(), 'edgeloop-test-cache');

const run = promisify(execFile);

/** What the picture that is seen is taken for. */
async function guessed(
  page: Page,
  after: string | null,
): Promise<{ sha256: string; guess: string }> {
  const found = await page.waitForFunction((before) => {
    const shown = document.querySelector<HTMLImageElement>('img.label-deck-shown');
    const guess = document.querySelector('.label-class-guess .class-mark')?.textContent;
    const sha256 = shown?.src.split('/').at(-2);
    return shown?.dataset.ready !== undefined && guess && sha256 !== before && { sha256, guess };
  }, after);
  return (await found.jsonValue()) as { sha256: string; guess: string };
}

t.test('the whole loop in the browser', { skip: chromiumMissing }, async (t) => {
  const dashboard = await Dashboard.open(t, {
    args: ['--samples-mark', '0B', '--detections-mark', '0B'],
    signedIn: false,
  });
  const { page, controlPlane } = dashboard;
  const main = page.getByRole('main');
  const champion = await openTask(t, controlPlane);
  const device = await openDevice(t, controlPlane);
  const runs = async () => (await controlPlane.get('/api/devices/pi-1')).reported?.slots.main.model;

  await t.test('enrol: a link logs in, a command is pasted', async (t) => {
    const { path } = await controlPlane.post('/api/session/link');
    await page.goto(path);
    await page.waitForURL((url) => url.pathname === '/');
    await dashboard.go('/setup/enrol');
    await page.getByLabel('Site').fill('works');
    await page.getByLabel('Device', { exact: true }).fill('pi-1');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for the device').waitFor();
    const command = await page.getByLabel('Command to paste on the device').inputValue();
    const script = `sudo() { "$@"; }; edgeloop-agent() { "$NODE" "$AGENT" "$@" --config "$CONFIG"; }; ${command}`;
    const env = { ...process.env, NODE: process.execPath, AGENT: PROGRAMS.agent };
    await run('bash', ['-c', script], { cwd: device.path, env: { ...env, CONFIG: device.config } });
    await page.getByRole('status').getByText('pi-1 is enrolled').waitFor();
    t.pass('enrolled');
  });

  const agent = new AgentProcess(['run', '--config', device.config]);
  t.teardown(() => agent.kill('SIGKILL'));

  await t.test('what it sees is seen, live', async (t) => {
    await dashboard.go('/');
    await main.locator('a[href="/devices/pi-1"]').click();
    await page.waitForURL('**/devices/pi-1');
    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('online').waitFor();
    for (const colour of ['green', 'blue']) await now.getByText(colour).first().waitFor();
    await dashboard.screenshot('story-device');
    t.equal(await runs(), champion, 'the model that takes one for the other');
  });

  await t.test('it is looked at: live, its log, and what an occurrence began with', async (t) => {
    const camera = page.getByRole('img', { name: 'What cam0 of pi-1 sees' });
    await page.getByRole('button', { name: 'Live preview' }).click();
    await page.getByText(/^live, \d+\ss left$/).waitFor();
    const [frames, colours] = [new Set<string>(), new Set<Colour>()];
    await until(async () => {
      const { src, colour } = await look(camera);
      frames.add(src);
      if (colour) colours.add(colour);
      return frames.size >= 4 && colours.size >= 2;
    });
    await page.getByText(/^live, \d+\ss left$/).waitFor();
    t.pass(`${frames.size} frames of ${[...colours].join(' and ')}, several a second`);
    await page.getByRole('button', { name: 'Fetch the log' }).click();
    const log = page.getByRole('list', { name: 'Lines of the log, the newest last' });
    await log.getByText(/^connected to the broker device=pi-1$/).waitFor();
    await log.getByText(/^command device=pi-1 command=preview/).waitFor();
    await page.getByRole('listbox', { name: 'What was seen, over time' }).press('Home');
    const began = page.getByRole('img', { name: /^The frame with which this \w+ began$/ });
    await until(async () => (await look(began)).colour !== null);
    const label = /this (\w+) began/.exec(String(await began.getAttribute('alt')))?.[1] as Colour;
    t.equal((await look(began)).colour, SWAPPED[label], 'the very frame that was taken for it');
  });

  await t.test('forty are labelled by keyboard', async (t) => {
    await until(async () => {
      const { samples } = await controlPlane.get(`/api/tasks/${TASK}/samples?limit=1000`);
      return samples.length >= BEFORE + LABELS;
    });
    await dashboard.go(`/label/${TASK}`);
    let last: string | null = null;
    for (let i = 0; i < LABELS; i++) {
      const { sha256, guess } = await guessed(page, last);
      last = sha256;
      const truth = SWAPPED[guess as Colour];
      await page.keyboard.press(String(COLOURS.indexOf(truth) + 1));
    }
    await page.getByText('all saved').waitFor();
    const { today } = await controlPlane.get(`/api/tasks/${TASK}/progress`);
    t.equal(today.yours, LABELS, 'none was lost, none counts twice, none of those imported');
  });

  await t.test('a model is trained on them, and beats the champion', async (t) => {
    await dashboard.go(`/models?task=${TASK}`);
    await page.getByRole('button', { name: 'Freeze what is labelled' }).click();
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    await page.keyboard.press('t');
    await page.getByRole('dialog', { name: `Train ${TASK}` }).waitFor();
    await page.getByRole('button', { name: 'Start the training' }).click();
    await page.waitForURL('**/models/jobs/*');
    const tokenFile = join(device.path, 'trainer-token');
    const { secret } = await controlPlane.post('/api/tokens', { name: 'gpu', role: 'trainer' });
    await writeFile(tokenFile, secret);
    const trainer = spawn(process.execPath, [
      ...[PROGRAMS.trainer, 'work', '--server', `http://127.0.0.1:${controlPlane.apiPort}`],
      ...['--token-file', tokenFile, '--once', '--work', join(device.path, 'trainer')],
      ...['--threads', '1'],
    ]);
    await once(trainer, 'close');
    const job = page.url().split('/').at(-1);
    const { state, verdict } = await controlPlane.get(`/api/jobs/${job}`);
    const { lines } = await controlPlane.get(`/api/jobs/${job}/log`);
    t.equal(state, 'succeeded', JSON.stringify(verdict ?? lines));
    await dashboard.go(`/models?task=${TASK}`);
    const region = (name: string) => page.getByRole('region', { name, exact: true });
    await region('Candidate').waitFor();
    await region('Champion').waitFor();
    const paired = region('On the same test samples');
    await paired.getByText(/The candidate is ahead/).waitFor();
    await dashboard.screenshot('story-models');
    t.match(await paired.textContent(), /candidate alone [1-9]/, 'side by side');
  });

  await t.test('it is rolled out, watched, and rolled back', async (t) => {
    await page.getByRole('link', { name: 'Roll out the candidate' }).click();
    await page.waitForURL('**/rollouts/new*');
    await page.getByRole('button', { name: 'Start it with 1 device' }).press('Enter');
    await page.waitForURL(/\/rollouts\/[0-9a-f-]{36}$/);
    const state = (word: RegExp) => main.getByRole('status').filter({ hasText: word }).waitFor();
    await state(/baking, wave 1/);
    t.not(await runs(), champion, 'the device runs the new one');
    await main.getByRole('meter', { name: 'Updates that succeed' }).first().waitFor();
    await dashboard.screenshot('story-rollout');
    await page.keyboard.press('b');
    const dialog = page.getByRole('dialog', { name: /^Roll back/ });
    await dialog.waitFor();
    await page.keyboard.type('It was a trial.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('roll back');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await state(/rolled back/);
    await until(async () => (await runs()) === champion);
    t.pass('and runs the old one again');
  });

  t.same(dashboard.complaints, [], 'the browser has nothing to complain about');
});
