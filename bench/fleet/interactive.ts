import type { Browser, BrowserContextOptions } from 'playwright-core';
import { IN_PAGE } from './in-page.ts';

interface Interactive {
  /** From the beginning of the navigation until devices are drawn, in ms. */
  readonly drawn: number;
  /** Until what was then typed into the search is drawn as well. */
  readonly searched: number;
  /** Of all that came, compressed as it came. */
  readonly transferredBytes: number;
}

/**
 * A first visit, with nothing in the browser's cache: devices, then the answer to a search that one
 * of them fits.
 */
export async function timeToInteractive(
  browser: Browser,
  options: BrowserContextOptions,
  search: string,
): Promise<Interactive> {
  const visitor = await browser.newContext(options);
  try {
    const page = await visitor.newPage();
    await page.addInitScript({ path: IN_PAGE });
    await page.goto('/', { waitUntil: 'commit' });
    return await page.evaluate(`interactive(${JSON.stringify(search)})`);
  } finally {
    await visitor.close();
  }
}
