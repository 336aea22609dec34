import type { Page } from 'playwright-core';
import type { Test } from 'tap';

/**
 * What is being removed can't be called off: the dialog stays until there is an answer, and shows
 * one that is a refusal.
 */
export async function tryToLeave(t: Test, page: Page, path: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  const removing = dialog.getByRole('button', { name: 'Remove it' });
  const cancel = dialog.getByRole('button', { name: 'Cancel' });
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(`**${path}`, async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue();
    await held;
    await route.fulfill({ status: 503, json: { code: 'STORE_BUSY', detail: 'Not now.' } });
  });
  await removing.click();
  await dialog.locator('button[aria-busy=true]').waitFor();
  t.equal(await cancel.getAttribute('aria-disabled'), 'true');
  // A browser closes a dialog at the second press, unless it is kept from it.
  for (const _ of [1, 2, 3]) await page.keyboard.press('Escape');
  await cancel.click({ force: true });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  t.ok(await dialog.isVisible());
  answer();
  await dialog.getByText('Not now.').waitFor();
  await page.unroute(`**${path}`);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  t.match(page.url(), /\/devices\//, 'nothing was removed');
  await page.getByRole('button', { name: 'Remove the device' }).click();
  await dialog.getByLabel(/^Type .* to go on/).fill(path.split('/').at(-1) ?? '');
}
