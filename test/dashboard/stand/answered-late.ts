import type { APIResponse, Page, Route } from 'playwright-core';

interface Late {
  readonly method: string;
  /** The method whose answer is waited for first. */
  readonly after: string;
  readonly path: string;
}

/**
 * Holds the next answer to one method until another was answered, which the server hears of after
 * it has given the first: the two are asked at once, and either might come first. @returns what was
 * held, once the page has it
 */
export async function answeredLate(page: Page, { method, after, path }: Late) {
  const url = (it: URL) => it.pathname === path;
  const answered = page.waitForResponse(
    (to) => url(new URL(to.url())) && to.request().method() === after,
  );
  let given = () => {};
  const isGiven = new Promise<void>((resolve) => {
    given = resolve;
  });
  let isHeld = false;
  const held = new Promise<APIResponse>((resolve, reject) => {
    const hold = async (route: Route) => {
      if (route.request().method() === after) await isGiven;
      if (route.request().method() !== method || isHeld) return route.continue();
      isHeld = true;
      const response = await route.fetch();
      given();
      await answered;
      await route.fulfill({ response });
      // After it: what is on its way when a route is taken away goes on by itself, and may not be
      // answered any more.
      await page.unroute(url, hold);
      resolve(response);
    };
    page.route(url, (route) => hold(route).catch(reject)).catch(reject);
  });
  return held;
}
