import type { Test } from 'tap';
import type { Dashboard } from '../stand/dashboard.ts';
import { putter } from './second-steps.ts';

const PATH = '/api/tasks/surface/training';

/** Of the task surface, into a field of its triggers. */
export async function typeIndex(t: Test, dashboard: Dashboard): Promise<void> {
  const { page, controlPlane } = dashboard;
  const psi = async () => (await controlPlane.get(PATH)).triggers.drift.psi;
  await dashboard.go('/setup/triggers');
  const index = page.getByLabel('Stability index above');
  await index.fill('');
  await index.pressSequentially('0,3');
  await page.keyboard.press('Enter');
  await page.getByText('Expected a number from 0.01 on, received 0,3.').waitFor();
  t.equal(await psi(), 0.25);
  await index.fill('');
  await index.pressSequentially('0.3');
  t.equal(await index.inputValue(), '0.3');
  await page.keyboard.press('Enter');
  await page.getByText('What starts a training of surface is saved.').waitFor();
  t.equal(await psi(), 0.3);
}

/** What came of the triggers of the task surface: nothing yet, then a refusal. */
export async function seeLastTry(t: Test, dashboard: Dashboard): Promise<void> {
  const { page, controlPlane } = dashboard;
  const settings = await controlPlane.get(PATH);
  const triggers = { ...settings.triggers, labels: { count: 20 } };
  await putter(t, dashboard)(PATH, { ...settings, triggers });
  await dashboard.go('/setup/triggers');
  await page
    .getByText('None of them has tried to start a training yet. Next try: after 20 more labels.')
    .waitFor();
  const refusal = { code: 'DATASET_TOO_SMALL', message: 'Expected two classes.' };
  const at = new Date().toISOString();
  const lastTry = { at, trigger: { kind: 'labels', reason: 'Ten.' }, job: null, refusal };
  const url = '**/api/tasks/surface/progress';
  await page.route(url, async (route) => {
    const response = await route.fetch();
    const { training, ...rest } = await response.json();
    await route.fulfill({ response, json: { ...rest, training: { ...training, lastTry } } });
  });
  await dashboard.go('/setup/triggers');
  await page.getByText(/^Last try \d+\ss ago: Ten\. No training was started/).waitFor();
  await page.getByText('No training was started: Expected two classes.').waitFor();
  await page.unroute(url);
  await putter(t, dashboard)(PATH, settings);
}
