import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { FleetView } from '../../control-plane/src/resources/fleet.ts';
import { ControlPlaneProcess } from '../../test/stand/control-plane/control-plane-process.ts';
import { type DeviceReport, FleetBroker, LABELS } from '../../test/stand/fleet/fleet-broker.ts';
import { type BenchResult, median } from '../measure.ts';
import { frameTimes } from './frame-times.ts';
import { IN_PAGE } from './in-page.ts';
import { timeToInteractive } from './interactive.ts';

const CHROMIUM = '/usr/bin/chromium';
const VISITS = 5;
/** How often each device tells of its health, as agents do where nothing else is said. */
const HEALTH_EVERY = 30_000;
const TICK = 100;
const WINDOW = { width: 1440, height: 900 };

/**
 * The Fleet page before a real control plane that has heard so many devices, in a real browser,
 * while all of them go on telling: how long until one can use it, and how it scrolls. Beside it, in
 * the same run, an empty page as long: what this machine can draw.
 */
export async function benchFleet({ devices }: { devices: number }): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-bench-fleet-'));
  const fleet = await FleetBroker.start();
  const controlPlane = new ControlPlaneProcess([
    ...['--data', join(folder, 'data'), '--log-level', 'error'],
    ...['--broker', fleet.url, '--allow-anonymous'],
  ]);
  let browser: Browser | null = null;
  let traffic: NodeJS.Timeout | undefined;
  try {
    await controlPlane.start();
    const told = Array.from({ length: devices }, (_, i) => drawn(i));
    for (const each of told) await fleet.tell(each);
    await stored(controlPlane, devices);
    traffic = tellOn(fleet, told);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const context = {
      baseURL: `http://127.0.0.1:${controlPlane.apiPort}`,
      extraHTTPHeaders: { authorization: `Bearer ${controlPlane.token}` },
      viewport: WINDOW,
    };
    // No other name begins with it.
    const searched = told.at(-1)?.device ?? '';
    const visits = [];
    for (let i = 0; i < VISITS; i++) {
      visits.push(await timeToInteractive(browser, context, searched));
    }
    const answers = [await answer(controlPlane, ''), await changes(controlPlane)];
    const page = await (await browser.newContext(context)).newPage();
    await page.addInitScript({ path: IN_PAGE });
    const scrolled = {
      empty: await scroll(page, null),
      table: await scroll(page, '/?view=table'),
      frames: await scroll(page, '/'),
    };
    const interactive = Math.round(median(visits.map(({ searched }) => searched)));
    return {
      bench: 'fleet',
      figures: [
        {
          devices,
          drawnMillis: Math.round(median(visits.map((visit) => visit.drawn))),
          interactiveMillis: interactive,
          slowestMillis: Math.round(Math.max(...visits.map(({ searched }) => searched))),
          transferredBytes: median(visits.map((visit) => visit.transferredBytes)),
        },
        ...answers,
        ...Object.entries(scrolled).map(([page, times]) => ({ page, ...times })),
      ],
      bounds: [
        { name: 'interactive, ms', value: interactive, most: 1000 },
        // A screen at 60 Hz, less what a timer of a machine without one is off.
        ...(['table', 'frames'] as const).map((name) => ({
          name: `frames a second, ${name}`,
          value: scrolled[name].fps,
          least: 59,
        })),
      ],
    };
  } finally {
    clearInterval(traffic);
    await browser?.close();
    await controlPlane.kill('SIGKILL');
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const drawn = (i: number): DeviceReport => ({
  device: `${['press', 'line', 'gate', 'oven'][i % 4]}-${i + 1}`,
  site: `site-${i % 20}`,
  label: LABELS[(i * 7) % LABELS.length] ?? null,
  score: 0.5 + ((i * 37) % 50) / 100,
  fps: 4 + ((i * 13) % 80) / 10,
  millis: 12 + (i % 30),
  celsius: 45 + (i % 25),
});

async function stored(controlPlane: ControlPlaneProcess, devices: number): Promise<void> {
  for (;;) {
    const { devices: known }: FleetView = await controlPlane.get('/api/fleet');
    if (known.fps.filter((fps) => fps !== null).length === devices) return;
    await delay(500);
  }
}

function tellOn(fleet: FleetBroker, told: readonly DeviceReport[]): NodeJS.Timeout {
  const each = Math.ceil((told.length * TICK) / HEALTH_EVERY);
  let next = 0;
  return setInterval(() => {
    for (let i = 0; i < each; i++)
      void fleet.tellHealth(told[next++ % told.length] as DeviceReport);
  }, TICK);
}

/** What the page asks for at its first look, then every two seconds. */
async function changes(controlPlane: ControlPlaneProcess) {
  const { revision }: FleetView = await controlPlane.get('/api/fleet');
  await delay(2000);
  return answer(controlPlane, `?since=${revision}`);
}

async function answer(controlPlane: ControlPlaneProcess, query: string) {
  const begun = performance.now();
  const text = await (await controlPlane.fetch(`/api/fleet${query}`)).text();
  const millis = Math.round(performance.now() - begun);
  const { devices }: FleetView = JSON.parse(text);
  const asked = query === '' ? 'all' : 'changes of 2 s';
  return { asked, devices: devices.device.length, bytes: text.length, millis };
}

/** @param path null: a page as long, with nothing on it */
async function scroll(page: Page, path: string | null) {
  if (path === null) {
    await page.goto('data:text/html,<body style="height:400000px">');
  } else {
    await page.goto(path);
    await page.getByRole('gridcell').first().waitFor();
  }
  await delay(1000);
  return frameTimes(page);
}
