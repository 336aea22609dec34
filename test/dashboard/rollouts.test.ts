import type { Page } from 'playwright-core';
import t from 'tap';
import { COLOUR_TASK, pushColourModels } from '../stand/control-plane/push-colour-models.ts';
import { startSimulatedFleet } from '../stand/fleet/start-simulated-fleet.ts';
import { checkPage } from './stand/check-page.ts';
import { chromiumMissing, Dashboard } from './stand/dashboard.ts';

const SITE = 'hall';
const DEVICES = 6;
const SCENARIO = {
  slot: 'main',
  runs: 'champion',
  health: { interval: '400ms', frames: 150 },
  update: { probation: '300ms' },
};
/** Quick, of gates that a small fleet can pass. */
const GATES = [
  { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure: 'roll back' },
  { kind: 'minimum-reports', limit: 1, minimum: { devices: 1, frames: 50 }, onFailure: 'pause' },
];

t.test('rollouts', { skip: chromiumMissing, timeout: 280_000 }, async (t) => {
  const dashboard = await Dashboard.open(t);
  const { page, controlPlane } = dashboard;
  const models = await pushColourModels(controlPlane, ['champion', 'candidate']);
  const fleet = { site: SITE, devices: DEVICES, scenario: SCENARIO, models };
  await startSimulatedFleet(t, controlPlane, fleet);
  const main = page.getByRole('main');
  const state = (word: RegExp) => main.getByRole('status').filter({ hasText: word }).waitFor();
  const wave = (number: number) => main.getByRole('listitem', { name: `Wave ${number}` });

  await t.test('where there is none, it says what one is and leads to the first', async () => {
    await dashboard.go('/rollouts');
    await main.getByText('Nothing has been rolled out yet.').waitFor();
    await page.getByRole('link', { name: 'Plan the first one' }).press('Enter');
    await page.waitForURL('**/rollouts/new');
  });

  await t.test('the only task is chosen, and that is nothing that somebody wrote', async (t) => {
    const chosen = main.locator(`select:has(option:checked[value="${COLOUR_TASK}"])`);
    await chosen.waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Plan the first one' }).press('Enter');
    await chosen.waitFor();
    t.equal(await main.getByText('This is what you wrote before.').count(), 0);
  });

  await t.test('what can not be meant is said before anything is sent', async (t) => {
    await page.getByRole('button', { name: 'Start it' }).press('Enter');
    const model = page.getByRole('combobox', { name: 'Model' });
    t.equal(await model.getAttribute('aria-invalid'), 'true');
    await page.waitForFunction(
      (element) => element === document.activeElement,
      await model.elementHandle(),
    );
    await main.getByRole('alert').filter({ hasText: 'Choose the model' }).waitFor();
  });

  await t.test('a plan by keyboard; beside it who would be hit', async (t) => {
    await choose(page, 'Model', `candidate ${models.candidate?.slice(0, 12)}`);
    await page.getByRole('button', { name: `Sites, any of them: ${SITE}` }).press('Enter');
    await main.getByText(`${DEVICES} devices fit the target now.`).waitFor();
    await main.getByText('No device is in wave 2: those before have all.').waitFor();
    await page.getByRole('button', { name: 'Take out wave 2' }).press('Enter');
    await main.getByText('No device is in wave 2').waitFor({ state: 'detached' });
    await page.getByText('Gates of wave 1: the 7 defaults').press('Enter');
    await page
      .getByRole('checkbox', { name: /Class mix/ })
      .first()
      .press('Space');
    await page.getByText('Gates of wave 1: 6 of its own').waitFor();
    await page.getByRole('button', { name: 'Start it with 1 device' }).waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Start it with 1 device' }).waitFor();
    t.match(page.url(), /\/rollouts\/new$/, 'Enter in a field starts nothing');
  });

  await t.test('who follows a link away from a plan finds it again', async (t) => {
    await page.getByRole('navigation').getByRole('link', { name: 'Rollouts' }).press('Enter');
    await main.getByText('Nothing has been rolled out yet.').waitFor();
    await page.goBack();
    await main.getByText('This is what you wrote before.').waitFor();
    await page.getByText('Gates of wave 1: 6 of its own').waitFor();
    await page.getByRole('button', { name: 'Start it with 1 device' }).waitFor();
    await checkPage(t, dashboard, 'rollouts-new');
  });

  await t.test('pressed before it is known who would be hit, it waits for that', async (t) => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/rollouts/preview', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('textbox', { name: 'At most at once' }).fill(String(DEVICES));
    await page.getByRole('button', { name: 'Start it', exact: true }).press('Enter');
    await page.locator('button[aria-busy=true]', { hasText: 'Start it' }).waitFor();
    answer();
    await page.getByRole('heading', { level: 1, name: 'main: ' }).waitFor();
    t.match(page.url(), /\/rollouts\/[0-9a-f-]{36}$/);
    await page.unrouteAll({ behavior: 'wait' });
  });

  await t.test('the canary is watched: each gate with its figure and its limit', async (t) => {
    await state(/baking, wave 1 of 2/);
    const success = wave(1).getByRole('meter', { name: 'Updates that succeed' });
    await wave(1)
      .getByText(/^passes so far · 1 device · 2\d\smin left$/)
      .first()
      .waitFor();
    t.equal(await success.getAttribute('aria-valuetext'), '100.0\u00a0%, at least 90.0\u00a0%');
    await wave(1)
      .getByText(/^(too little known yet|passes so far) · [\d,]+ (of 400 )?frames/)
      .first()
      .waitFor();
    t.equal(await wave(1).getByRole('meter').count(), 6);
    await wave(1).getByRole('img', { name: 'Wave 1: 1 running it' }).waitFor();
    await wave(2).getByRole('img', { name: 'Wave 2: 5 waiting' }).waitFor();
    // A figure of the gate moves while nothing is decided.
    await wave(1)
      .getByText(/^passes so far · [\d,]{3,} frames/)
      .waitFor();
    await checkPage(t, dashboard, 'rollouts-baking');
  });

  await t.test('another over the same devices is told that it would wait', async (t) => {
    const query = `task=${COLOUR_TASK}&model=${models.champion}&site=${SITE}`;
    const watched = page.url();
    await dashboard.go(`/rollouts/new?${query}`);
    await main.getByText(/“main: .*” \(baking\) has 6 devices of these. This one waits/).waitFor();
    await page.getByRole('button', { name: 'Plan it: it waits its turn' }).waitFor();
    const [look] = await Promise.all([
      dashboard.context.waitForEvent('page'),
      page.getByRole('link', { name: /^Look at “main: / }).click(),
    ]);
    await look.getByRole('heading', { level: 1, name: 'main: ' }).waitFor();
    await look.close();
    t.ok(page.url().endsWith(query), 'a look at the other loses nothing of this one');
    await dashboard.go(new URL(watched).pathname);
  });

  await t.test('it is rolled back, by keyboard; what that does is said before', async (t) => {
    await state(/baking/);
    await main.getByRole('button', { name: 'Roll back' }).waitFor();
    // Somebody else is quicker: what was meant for a wave that bakes is not done to one that does
    // not.
    await page.keyboard.press('p');
    const pause = page.getByRole('dialog', { name: /^Pause/ });
    await pause.getByText('5 devices are not told until it is resumed').waitFor();
    await controlPlane.post(`/api${new URL(page.url()).pathname}/pause`);
    await pause.getByRole('button', { name: 'Pause' }).press('Enter');
    await pause.getByText('It has moved on meanwhile: it is paused').waitFor();
    await page.keyboard.press('Escape');
    await state(/paused/);
    await page.keyboard.press('b');
    const dialog = page.getByRole('dialog', { name: /^Roll back/ });
    await dialog.getByText('1 device goes back to what it ran before; 5 devices are').waitFor();
    await page.keyboard.type('Seen enough.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('roll bac');
    await page.keyboard.press('Enter');
    t.ok(await dialog.isVisible(), 'what is half typed does nothing');
    await page.keyboard.type('k');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await state(/rolled back/);
    await wave(1).getByRole('img', { name: 'Wave 1: 1 went back' }).waitFor();
    await main.getByText('Rolled back by first: Seen enough.').waitFor();
    t.equal(await main.getByRole('button', { name: 'Roll back' }).count(), 0);
    const row = main.getByRole('row').filter({ hasText: 'went back' });
    t.equal(await row.count(), 1, 'and the table says so in words');
  });

  await t.test('one that goes through is seen to, without a reload', async (t) => {
    const asked = {
      name: 'autumn',
      target: { sites: [SITE] },
      start: 'by hand',
      cargo: { kind: 'model', task: COLOUR_TASK, slot: 'main', model: models.candidate },
      waves: [
        { size: { count: 2 }, bakeMillis: 800, gates: GATES },
        { size: { percent: 100 }, bakeMillis: 800, gates: GATES },
      ],
    };
    const { rollout } = await controlPlane.post('/api/rollouts', asked);
    await dashboard.go(`/rollouts/${rollout}`);
    await main.getByText('6 devices fit the target now.').waitFor();
    await page.getByRole('button', { name: 'Start now' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It starts now, with the devices that fit now.').waitFor();
    await dialog.getByRole('button', { name: 'Start now' }).press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await state(/baking, wave 1 of 2/);
    await state(/completed/);
    for (const number of [1, 2]) {
      await wave(number).getByText('passed', { exact: true }).waitFor();
      t.equal(
        await wave(number)
          .getByText(/^passed · /)
          .count(),
        2,
        `wave ${number}`,
      );
    }
    await wave(2).getByRole('img', { name: 'Wave 2: 4 running it' }).waitFor();
    t.match(await main.getByRole('status').first().textContent(), /completed, wave 2 of 2/);
  });

  await t.test('the list says how each ended, and why; a filter is in the address', async (t) => {
    await dashboard.go('/rollouts');
    await main.getByText('Completed: All 2 gates passed.').waitFor();
    await main.getByText('Rolled back by first: Seen enough.').waitFor();
    await choose(page, 'State', 'rolled back');
    await main.getByText('Completed: All 2 gates passed.').waitFor({ state: 'detached' });
    t.match(page.url(), /\?state=rolled-back$/);
    await page.reload();
    await main.getByText('Rolled back by first: Seen enough.').waitFor();
    t.equal(await main.getByRole('listitem').count(), 1);
    await checkPage(t, dashboard, 'rollouts');
    await dashboard.go('/rollouts/00000000-0000-4000-8000-000000000000');
    await main.getByText('There is no such rollout.').waitFor();
  });

  await t.test('a version that an address names is seen to be what is planned', async () => {
    const settings = { health: { interval: '500ms' } };
    const made = { configuration: 'quick', note: 'tells more often', settings };
    const { newest } = await controlPlane.post('/api/configurations', made);
    await dashboard.go(`/rollouts/new?version=${newest.version}`);
    const chosen = (list: string, text: string) =>
      page
        .getByRole('combobox', { name: list, exact: true })
        .locator('option:checked', { hasText: text })
        .waitFor({ state: 'attached' });
    await chosen('Configuration', 'quick');
    await chosen('Version', `${newest.version}, tells more often`);
  });

  const plan = {
    target: { sites: [SITE] },
    start: 'by hand',
    cargo: { kind: 'model', task: COLOUR_TASK, slot: 'main', model: models.candidate },
    waves: [{ size: { percent: 100 } }],
  };
  let last = '';
  await t.test('older ones come once, and change as they do', async (t) => {
    let first = '';
    for (let i = 0; i < 60; i++) {
      ({ rollout: last } = await controlPlane.post('/api/rollouts', { ...plan, name: `p${i}` }));
      if (i === 0) first = last;
    }
    await dashboard.go('/rollouts');
    const of = (name: string) =>
      main.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) });
    await main.getByRole('button', { name: 'Show older ones' }).dblclick();
    await of('autumn').waitFor();
    await controlPlane.post(`/api/rollouts/${first}/abort`);
    await of('p0').getByText('aborted', { exact: true }).waitFor();
    t.equal(await main.getByRole('listitem').count(), 62);
  });

  await t.test('who may only look is offered nothing that would be refused', async (t) => {
    const { secret } = await controlPlane.post('/api/tokens', { name: 'wall', role: 'viewer' });
    await dashboard.context.setExtraHTTPHeaders({ authorization: `Bearer ${secret}` });
    await dashboard.go('/rollouts');
    await main.getByRole('link', { name: 'p59', exact: true }).waitFor();
    t.equal(await main.getByRole('link', { name: 'New rollout' }).count(), 0);
    await dashboard.go(`/rollouts/${last}`);
    await main.getByText('An order to it needs the role operator.').waitFor();
    t.same(await main.getByRole('button').allTextContents(), []);
    await dashboard.go('/rollouts/new');
    await main.getByText('This needs the role operator.').waitFor();
  });

  // The browser itself says that what is not there was not found.
  const complaints = dashboard.complaints.filter((text) => !/status of 404/.test(text));
  t.same(complaints, [], 'the browser has nothing to complain about');
});

/** Of a list, the option that begins so, as somebody does who types. */
async function choose(page: Page, list: string, option: string): Promise<void> {
  const select = page.getByRole('combobox', { name: list, exact: true });
  await select.getByRole('option', { name: option }).waitFor({ state: 'attached' });
  await select.focus();
  await page.keyboard.type(option);
  await select.dispatchEvent('change');
}
