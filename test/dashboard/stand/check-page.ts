import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { type Dashboard, SIZES } from './dashboard.ts';

const THEMES = ['light', 'dark'] as const;
/** What keeps somebody from using the page. */
const SERIOUS = new Set(['serious', 'critical']);

/** Nothing serious that axe finds, in both themes. */
export async function checkAccessibility(t: Test, page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    const found = violations
      .filter(({ impact }) => SERIOUS.has(String(impact)))
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    t.same(found, [], `${name}, ${colorScheme}: axe finds nothing serious`);
  }
}

/** The page at each size: nothing sticks out sideways; with axe, and pictures for who wants to look. Ends at the desk. */
export async function checkPage(t: Test, dashboard: Dashboard, name: string): Promise<void> {
  const { page } = dashboard;
  await checkAccessibility(t, page, name);
  for (const size of ['phone', 'desk'] as const) {
    await page.setViewportSize(SIZES[size]);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await dashboard.screenshot(`${name}-${size}-${colorScheme}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    t.ok(wide <= 0, `${name} at ${SIZES[size].width} px: nothing sticks out (${wide} px)`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
