import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, type ConsoleMessage, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Debian's, as a user has it. CI has it always. */
export const chromiumMissing =
  existsSync(CHROMIUM) || process.env.CI ? false : `needs ${CHROMIUM} (apt-get install chromium)`;

/** A window of a person who looks at a wall, near or from across the hall, a desk, a phone. */
export const SIZES = {
  hall: { width: 3840, height: 2160 },
  wall: { width: 2560, height: 1440 },
  desk: { width: 1440, height: 900 },
  phone: { width: 360, height: 740 },
} as const;

/**
 * A real control plane as a process of its own, and a real browser before it; both end with the
 * test.
 */
export class Dashboard {
  readonly controlPlane: ControlPlaneProcess;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page said is wrong; empty when all is well. */
  readonly complaints: string[] = [];

  private constructor(controlPlane: ControlPlaneProcess, context: BrowserContext, page: Page) {
    this.controlPlane = controlPlane;
    this.context = context;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(inWords(message));
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /**
   * @param args of `edgeloop-control-plane run`, beside a data folder of the test's
   * @param prepare what lies in the data folder before it starts
   * @param signedIn false: without a token, as somebody who opens the address for the first time
   */
  static async open(
    t: Test,
    {
      args = [],
      prepare = () => {},
      signedIn = true,
    }: {
      args?: readonly string[];
      prepare?: (data: string) => Promise<void> | void;
      signedIn?: boolean;
    } = {},
  ): Promise<Dashboard> {
    const data = join(t.testdir(), 'data');
    mkdirSync(data, { recursive: true });
    await prepare(data);
    const controlPlane = new ControlPlaneProcess(['--data', data, ...args]);
    await controlPlane.start();
    t.teardown(() => controlPlane.kill('SIGTERM'));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    t.teardown(() => browser.close());
    const context = await browser.newContext({
      baseURL: `http://127.0.0.1:${controlPlane.apiPort}`,
      viewport: SIZES.desk,
      reducedMotion: 'reduce',
      ...(signedIn && { extraHTTPHeaders: { authorization: `Bearer ${controlPlane.token}` } }),
    });
    // For hangs alone: a busy machine is no failure.
    context.setDefaultTimeout(45_000);
    return new Dashboard(controlPlane, context, await context.newPage());
  }

  /** Opens an address and waits for its heading. */
  async go(path: string): Promise<Page> {
    await this.page.goto(path);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    return this.page;
  }

  /** For a person to look at, where EDGELOOP_SCREENSHOTS names a folder. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.EDGELOOP_SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: false });
  }
}

/**
 * Of what was not loaded the browser says the address elsewhere: "…status of 404 (Not Found):
 * /api/devices/pi-1/log".
 */
function inWords(message: ConsoleMessage): string {
  const { url } = message.location();
  const text = message.text();
  return text.startsWith('Failed to load') ? `${text}: ${new URL(url).pathname}` : text;
}
