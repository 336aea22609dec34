import type { Test } from 'tap';
import { until } from '../../stand/until.ts';
import type { Dashboard } from '../stand/dashboard.ts';

const DAY = 86_400_000;
const TOLD = 'Somebody else has changed it meanwhile.';

/** Changes something as another program does. */
export const putter =
  (t: Test, { controlPlane }: Dashboard) =>
  async (path: string, content: object) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(content);
    t.ok((await controlPlane.fetch(path, { method: 'PUT', headers, body })).ok, `PUT ${path}`);
  };

/**
 * Before the triggers of the task surface, which somebody else changes first: one is told, sees
 * theirs, and can save after that.
 */
export async function tryToSaveSecond(t: Test, dashboard: Dashboard): Promise<void> {
  const { page, controlPlane } = dashboard;
  const path = '/api/tasks/surface/training';
  const settings = await controlPlane.get(path);
  const triggers = { ...settings.triggers, drift: { ...settings.triggers.drift, psi: 0.4 } };
  await putter(t, dashboard)(path, { ...settings, triggers });
  const index = page.getByLabel('Stability index above');
  await index.fill('0.35');
  await page.keyboard.press('Enter');
  await page.getByText(TOLD).waitFor();
  await page.getByRole('button', { name: 'Show how it is now' }).click();
  await until(async () => (await index.inputValue()) === '0.4');
  await index.fill('0.35');
  await page.keyboard.press('Enter');
  await until(async () => (await controlPlane.get(path)).triggers.drift.psi === 0.35);
  t.equal(await page.getByText(TOLD).count(), 0);
}

/** Before the question whether less is to be kept: somebody else changes the bounds first. */
export async function tryToRemoveSecond(t: Test, dashboard: Dashboard): Promise<void> {
  const { page } = dashboard;
  const question = page.getByRole('dialog', { name: 'Keep less?' });
  await putter(t, dashboard)('/api/retention', { settings: { pictureAge: 90 * DAY } });
  await question.getByLabel('Type remove to go on').fill('remove');
  await page.keyboard.press('Enter');
  await question.getByText(TOLD).waitFor();
  await question.getByRole('button', { name: 'Show how it is now' }).click();
  await question.waitFor({ state: 'detached' });
  await until(async () => (await page.getByLabel('Thumbnails: days').inputValue()) === '90');
}
