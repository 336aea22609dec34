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

/**
 * Of a line that the eye still finds back from, in characters. Source: WCAG 2.2, 1.4.8 asks for 80;
 * half as much again for what is read once.
 */
const LONGEST_LINE = 120;
/** Beside what is drawn, in px: the padding of a page, and of a section in it. */
const BESIDE = 41;

/**
 * The page at each size: nothing sticks out sideways; with axe, and pictures for who wants to look.
 * Ends at the desk.
 */
export async function checkPage(t: Test, dashboard: Dashboard, name: string): Promise<void> {
  const { page } = dashboard;
  await checkAccessibility(t, page, name);
  for (const size of ['hall', 'wall', 'phone', 'desk'] as const) {
    await page.setViewportSize(SIZES[size]);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await dashboard.screenshot(`${name}-${size}-${colorScheme}`);
    }
    const { wide, unused, long } = await measureFit(page);
    const at = `${name} at ${SIZES[size].width} px`;
    t.ok(wide <= 0, `${at}: nothing sticks out (${wide} px)`);
    t.ok(unused <= BESIDE, `${at}: its width is used (but for ${unused} px)`);
    t.same(long, [], `${at}: no line is too long to read`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/**
 * How a page fits its window: by how many px it is wider, how many are empty at its right, and the
 * sentences with lines that are too long. Of a page that is narrow for the sake of reading nothing
 * is empty.
 */
async function measureFit(page: Page) {
  return page.evaluate(async (longest) => {
    // What lies by the width of its place does so a frame later.
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    const { scrollWidth, clientWidth } = document.documentElement;
    const main = document.querySelector('main') as HTMLElement;
    const drawn =
      main.matches('.login') || main.querySelector('.page-narrow, .setup-section')
        ? [clientWidth]
        : [...main.querySelectorAll('.section, .empty, table, ul, img, [role=gridcell]')].map(
            (element) => element.getBoundingClientRect().right,
          );
    const sentences = [...main.querySelectorAll('p, li, dd')].filter((element) =>
      [...element.children].every((child) => getComputedStyle(child).display.startsWith('inline')),
    );
    const long = sentences.flatMap((element) => {
      const lines = new Map<number, number>();
      const range = document.createRange();
      range.selectNodeContents(element);
      for (const { top, width } of range.getClientRects()) {
        lines.set(Math.round(top), (lines.get(Math.round(top)) ?? 0) + width);
      }
      const text = element.textContent ?? '';
      const widths = [...lines.values()];
      const whole = widths.reduce((sum, width) => sum + width, 0);
      const characters = (text.length * Math.max(0, ...widths)) / Math.max(1, whole);
      return characters > longest ? [`${Math.round(characters)}: ${text.slice(0, 80)}`] : [];
    });
    return {
      wide: scrollWidth - innerWidth,
      unused: Math.round(clientWidth - Math.max(0, ...drawn)),
      long,
    };
  }, LONGEST_LINE);
}
