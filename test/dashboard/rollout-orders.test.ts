import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { NEW, OLD, TASK } from '../control-plane/rollouts/stand/models.ts';
import {
  planOf,
  RunningFleet,
  writeModels,
} from '../control-plane/rollouts/stand/running-fleet.ts';
import { FAILS, GOOD, HANGS } from '../control-plane/rollouts/stand/scripted-device.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';

const ANNA = 'person:anna';
/** Nothing is decided by it while a person looks: the bake is long, and half of a wave may fail. */
const wave = (size: object) => ({
  size,
  bakeMillis: 3_600_000,
  deadlineMillis: 600_000,
  gates: [{ kind: 'update-success', limit: 0.4, minimum: { devices: 1 }, onFailure: 'pause' }],
});
const IN_TWO = [wave({ count: 1 }), wave({ percent: 100 })];

interface OrderCase {
  /** As its button says. */
  readonly label: string;
  /** Pressed in place of the button. */
  readonly key?: string;
  /** What the dialog says that it will do. */
  readonly effect: string | RegExp;
  /** What has to be typed before. */
  readonly typed?: string;
  readonly why: string;
}

/** Gives an order as a person does who has no mouse. */
async function press(t: Test, page: Page, { label, key, effect, typed, why }: OrderCase) {
  const button = page.getByRole('main').getByRole('button', { name: label, exact: true });
  await button.waitFor();
  if (key === undefined) await button.press('Enter');
  else await page.keyboard.press(key);
  const dialog = page.getByRole('dialog', { name: new RegExp(`^${label}: `) });
  await dialog.getByText(effect).waitFor();
  await dialog.getByLabel('Why, for the record').fill(why);
  if (typed !== undefined) {
    await dialog.getByLabel(`Type ${typed} to go on`).fill(typed.slice(0, -1));
    await page.keyboard.press('Enter');
    t.ok(await dialog.getByRole('button', { name: label }).isDisabled(), 'half typed: no order');
    await page.keyboard.type(typed.slice(-1));
  }
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
}

/** A browser of somebody else, who was invited. */
async function openAs({ context, controlPlane }: Dashboard, name: string): Promise<Page> {
  const { invitation } = await controlPlane.post('/api/people', { name, role: 'operator' });
  const baseURL = `http://127.0.0.1:${controlPlane.apiPort}`;
  const other = await context.browser()?.newContext({ baseURL, reducedMotion: 'reduce' });
  if (!other) throw new Error('the browser has ended');
  other.setDefaultTimeout(45_000);
  const data = { invitation: invitation.secret, password: 'correct horse battery' };
  const answer = await other.request.post('/api/session', { data });
  if (!answer.ok()) throw new Error(await answer.text());
  return other.newPage();
}

t.test('orders to a rollout', { skip: chromiumMissing, timeout: 280_000 }, async (t) => {
  const dashboard = await Dashboard.open(t, { args: ['--allow-anonymous'], prepare: writeModels });
  const { controlPlane } = dashboard;
  const api = `http://127.0.0.1:${controlPlane.apiPort}`;
  const fleet = new RunningFleet(api, controlPlane.url, controlPlane.token);
  t.teardown(() => fleet.close());
  const anna = await openAs(dashboard, 'anna');
  const complaints: string[] = [];
  anna.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  anna.on('pageerror', ({ message }) => complaints.push(message));

  const state = (page: Page, word: RegExp) =>
    page.getByRole('main').getByRole('status').filter({ hasText: word }).waitFor();
  const view = (rollout: string) => fleet.call('GET', `/api/rollouts/${rollout}`);
  /** What anna decided last. */
  const ordered = async (rollout: string) => {
    const { decisions } = await fleet.call('GET', `/api/rollouts/${rollout}/decisions?limit=1000`);
    return decisions.findLast(({ by }: { by: string }) => by === ANNA);
  };
  const devicesOf = async (rollout: string) =>
    (await fleet.call('GET', `/api/rollouts/${rollout}/devices`)).devices;

  const names = ['a1', 'a2', 'a3'];
  const devices = await fleet.join(names);
  const plan = planOf({ target: { devices: names }, waves: IN_TWO, start: 'by hand' });
  const { rollout, waves } = await fleet.call('POST', '/api/rollouts/preview', plan);
  const weak = devices.find(({ address }) => address.device === waves[1].names[0]);
  if (weak) weak.script = FAILS;
  await fleet.call('POST', '/api/rollouts', { ...plan, rollout, approval: true });

  await t.test('who planned it may not approve it, and is told why', async (t) => {
    const { page } = dashboard;
    await dashboard.go(`/rollouts/${rollout}`);
    await state(page, /awaiting approval/);
    await page.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
    const dialog = page.getByRole('dialog', { name: /^Approve: / });
    await dialog.getByText('It may start: by hand.').waitFor();
    await page.keyboard.press('Enter');
    await dialog
      .getByRole('alert')
      .getByText(/Expected somebody other than token:first/)
      .waitFor();
    await page.keyboard.press('Escape');
    t.match(await view(rollout), { state: 'awaiting-approval', approvedBy: null });
  });

  await t.test('a second person approves it', async (t) => {
    await anna.goto(`/rollouts/${rollout}`);
    await state(anna, /awaiting approval/);
    const why = 'The figures are good.';
    await press(t, anna, { label: 'Approve', effect: 'It may start: by hand.', why });
    t.match(await view(rollout), { state: 'scheduled', approvedBy: ANNA });
    t.match(await ordered(rollout), { event: 'approve', to: 'scheduled', reason: why });
    await state(dashboard.page, /scheduled/);
    await dashboard.page.getByText(/approved by anna/).waitFor();
  });

  await t.test('and starts it: the canary alone is told', async (t) => {
    const why = 'The night shift is over.';
    await press(t, anna, { label: 'Start now', effect: /^It starts now/, why });
    await fleet.settled(rollout, 'baking');
    t.match(await ordered(rollout), { event: 'begin', to: 'rolling', wave: 0, reason: why });
    t.match((await view(rollout)).progress, [
      { wave: 0, devices: { done: 1 } },
      { wave: 1, devices: { pending: 2 } },
    ]);
    t.equal(devices.filter(({ model }) => model === NEW).length, 1);
    await state(anna, /baking, wave 1 of 2/);
  });

  await t.test('pauses it, and goes on, by a key', async (t) => {
    const effect = /^2 devices are not told until it is resumed/;
    await press(t, anna, { label: 'Pause', key: 'p', effect, why: 'Lunch.' });
    t.match(await view(rollout), { state: 'paused', pausedFrom: 'baking', reason: 'Lunch.' });
    t.match(await ordered(rollout), { event: 'pause', from: 'baking', reason: 'Lunch.' });
    await state(anna, /paused, wave 1 of 2/);
    const again = 'Wave 1 is watched anew, for its whole bake.';
    await press(t, anna, { label: 'Resume', key: 'p', effect: again, why: 'Back.' });
    t.match(await view(rollout), { state: 'baking', pausedFrom: null, reason: null });
    t.match(await ordered(rollout), { event: 'resume', to: 'baking', reason: 'Back.' });
    await state(anna, /baking, wave 1 of 2/);
  });

  await t.test('lets it go on before its gates do', async (t) => {
    const effect = 'Wave 2 begins, whatever the gates say: 2 devices are told.';
    await press(t, anna, { label: 'Promote', effect, why: 'Seen enough.' });
    t.match(await ordered(rollout), { event: 'advance', wave: 1, reason: 'Seen enough.' });
    const { progress } = await fleet.settled(rollout, 'baking');
    t.match(progress[1], { devices: { done: 1, failed: 1 } });
    await state(anna, /baking, wave 2 of 2/);
  });

  await t.test('lets those try again that failed', async (t) => {
    if (weak) weak.script = GOOD;
    const effect = '1 device that failed is to try again.';
    await press(t, anna, { label: 'Retry failed', effect, why: 'Its disk was full.' });
    t.match(await ordered(rollout), { event: 'retry', to: 'rolling', figures: { devices: 1 } });
    const { progress } = await fleet.settled(rollout, 'baking');
    t.match(progress[1], { devices: { done: 2 } });
    const tried = (await devicesOf(rollout)).map((one: { attempts: number }) => one.attempts);
    t.same(tried.toSorted(), [1, 1, 2]);
    t.ok(devices.every(({ model }) => model === NEW));
    await state(anna, /baking, wave 2 of 2/);
  });

  await t.test('promotes it: its model is the champion', async (t) => {
    const effect = /^It is completed, whatever the gates say, and its model is the champion/;
    await press(t, anna, { label: 'Promote', effect, why: 'All is well.' });
    t.match(await view(rollout), { state: 'completed' });
    t.match(await ordered(rollout), { event: 'complete', to: 'completed', reason: 'All is well.' });
    const { aliases } = await fleet.call('GET', `/api/tasks/${TASK}`);
    t.match(aliases, [{ alias: 'champion', digest: NEW, setBy: `rollout:${rollout}` }]);
    await state(anna, /completed, wave 2 of 2/);
    await anna.getByText('Completed by anna: All is well.').waitFor();
  });

  await t.test('rolls it back: by a key, and typed', async (t) => {
    const effect = /^3 devices go back to what they ran before/;
    const order = { label: 'Roll back', key: 'b', effect, typed: 'roll back', why: 'Too many.' };
    await press(t, anna, order);
    await fleet.settled(rollout, 'rolled-back');
    t.match(await ordered(rollout), { event: 'roll-back', from: 'completed', reason: 'Too many.' });
    t.ok(devices.every(({ model }) => model === OLD));
    await state(anna, /rolled back/);
    t.equal(await anna.getByRole('button', { name: 'Roll back' }).count(), 0);
    await state(dashboard.page, /rolled back/);
  });

  await t.test('aborts another: what is under way goes back, what is done stays', async (t) => {
    const [done, hangs] = await fleet.join(['b1', 'b2']);
    if (hangs) hangs.script = HANGS;
    const asked = planOf({ target: { devices: ['b1', 'b2'] }, waves: [wave({ percent: 100 })] });
    const { rollout: other } = await fleet.call('POST', '/api/rollouts', asked);
    const underWay = { done: 1, updating: 1 };
    const reached = ({ progress }: { progress: { devices: Record<string, number> }[] }) =>
      Object.entries(underWay).every(([one, count]) => progress[0]?.devices[one] === count);
    await fleet.until(`/api/rollouts/${other}`, reached);
    await anna.goto(`/rollouts/${other}`);
    await state(anna, /rolling, wave 1 of 1/);
    const effect = /^It ends: 1 device under way goes back, 1 device that runs it keeps it/;
    await press(t, anna, { label: 'Abort', effect, typed: 'abort', why: 'The wrong line.' });
    t.match(await view(other), { state: 'aborted' });
    t.match(await ordered(other), { event: 'abort', from: 'rolling', reason: 'The wrong line.' });
    const back = ({ progress }: { progress: { devices: Record<string, number> }[] }) =>
      progress[0]?.devices['rolled-back'] === 1;
    await fleet.until(`/api/rollouts/${other}`, back);
    t.same([done?.model, hangs?.model], [NEW, OLD]);
    await anna.getByText('Aborted by anna: The wrong line.').waitFor();
  });

  const refused = /status of 403/;
  t.same(complaints, [], 'the browser of who gives orders has nothing to complain about');
  t.same(
    dashboard.complaints.filter((text) => !refused.test(text)),
    [],
    'nor has the other, but of the refusal',
  );
});
