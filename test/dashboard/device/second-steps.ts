import type { Test } from 'tap';
import type { Dashboard } from '../stand/dashboard.ts';

/**
 * Somebody else gives the device another configuration first: who comes second is told, sees it,
 * and can set theirs after that.
 */
export async function tryToAssignSecond(
  t: Test,
  { page, controlPlane }: Dashboard,
  device: string,
): Promise<void> {
  const path = `/api/devices/${device}/configuration`;
  const { assigned } = await controlPlane.get(path);
  const section = page.getByRole('region', { name: 'Configuration' });
  const dialog = page.getByRole('dialog', { name: `Configuration of ${device}` });
  await section.getByRole('button', { name: 'Change' }).click();
  const none = await controlPlane.fetch(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: null }),
  });
  t.ok(none.ok);
  await dialog.getByRole('button', { name: 'Set it' }).click();
  await dialog.getByText('Somebody else has changed it meanwhile.').waitFor();
  await dialog.getByRole('button', { name: 'Show how it is now' }).click();
  await dialog.waitFor({ state: 'detached' });
  await section.getByText('Its own agent.yaml alone').waitFor();
  await section.getByRole('button', { name: 'Change' }).click();
  await dialog.getByLabel('Configuration').selectOption(String(assigned.version));
  await dialog.getByRole('button', { name: 'Set it' }).click();
  await dialog.waitFor({ state: 'detached' });
  t.match(await controlPlane.get(path), { assigned: { version: assigned.version } });
}
