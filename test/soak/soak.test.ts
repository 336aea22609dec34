import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { notLong } from '../stand/long.ts';
import { writeResNet18Package } from '../stand/models/resnet18-package.ts';
import { until } from '../stand/until.ts';
import { type ProcessFigures, processFigures } from './process-figures.ts';
import { trend } from './trend.ts';

/** So long it is measured; what comes before is the caches' and the compiler's. */
const MINUTES = Number(process.env.EDGELOOP_SOAK_MINUTES ?? 30);
const WARM_UP_MINUTES = Number(process.env.EDGELOOP_SOAK_WARM_UP ?? 5);
const EVERY_SECONDS = 10;
/** Where the curve goes, as bench/results keeps it. */
const CURVE = process.env.EDGELOOP_SOAK_CURVE;

t.setTimeout((MINUTES + WARM_UP_MINUTES + 10) * 60_000);

t.test('trend: medians of the thirds, and the slope that an outlier does not move', async (t) => {
  t.same(trend([0, 1, 2, 3, 4, 5], [1, 1, 3, 3, 5, 5]), { first: 1, last: 5, slope: 1 });
  t.same(trend([0, 1, 2, 3, 4, 5], [7, 7, 900, 7, 7, 7]), { first: 7, last: 7, slope: 0 });
  t.throws(() => trend([0, 1], [0, 1]), { message: /at least 3 points/ });
});

t.test('figures of a process count what it started', async (t) => {
  const before = processFigures(process.pid);
  t.ok(before.rssMiB > 10 && before.files > 3);
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
  t.equal(processFigures(process.pid).processes, before.processes + 1);
  child.kill('SIGKILL');
  await once(child, 'close');
  t.equal(processFigures(process.pid).processes, before.processes);
  t.same(processFigures(2 ** 30), { rssMiB: 0, files: 0, threads: 0, processes: 0 });
});

interface Point {
  readonly minute: number;
  readonly frames: number;
  readonly agent: ProcessFigures;
  readonly controlPlane: ProcessFigures;
}

/**
 * An agent that looks as often as it can, keeps samples, sends pictures, and a control plane that
 * takes it all.
 */
async function stand(t: Test) {
  const root = mkdtempSync(join(tmpdir(), 'edgeloop-soak-'));
  const controlPlane = new ControlPlaneProcess(['--data', join(root, 'data')]);
  const folder = await AgentFolder.create();
  t.teardown(async () => {
    await controlPlane.kill('SIGKILL');
    await folder.remove();
    rmSync(root, { recursive: true, force: true });
  });
  await controlPlane.start();
  const server = `http://127.0.0.1:${controlPlane.apiPort}`;
  const config = await folder.configure(controlPlane.url, {
    server: { url: server },
    slots: { main: { package: await writeResNet18Package(root) } },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'synthetic', pace: 'every' },
        decide: { mode: 'frame' },
      },
    },
    sampling: { cooldown: '5s', random: { oneIn: 1000 }, store: { minFree: '0B' } },
    pictures: { every: '5s' },
    health: { interval: '5s' },
  });
  const token = await controlPlane.enrolmentToken();
  const enrol = ['enrol', '--server', server, '--token', token, '--config', config];
  t.same(await new AgentProcess(enrol).ended, { code: 0, signal: null }, 'enrolled');
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(() => agent.kill('SIGKILL'));
  return { controlPlane, agent };
}

t.test('memory and file handles stay flat at full speed', { skip: notLong }, async (t) => {
  const { controlPlane, agent } = await stand(t);
  const classified = async () => {
    const { health } = await controlPlane.get('/api/devices/pi-1');
    return health?.cameras.cam0.classified ?? 0;
  };
  await until(async () => (await controlPlane.detections('&device=pi-1')).length > 0);

  const points: Point[] = [];
  const begun = Date.now();
  for (let next = begun; ; next += EVERY_SECONDS * 1000) {
    await delay(Math.max(0, next - Date.now()));
    const minute = (Date.now() - begun) / 60_000;
    points.push({
      minute: Math.round(minute * 100) / 100,
      frames: await classified(),
      agent: processFigures(agent.pid),
      controlPlane: processFigures(controlPlane.pid),
    });
    if (minute >= WARM_UP_MINUTES + MINUTES) break;
  }

  const measured = points.filter(({ minute }) => minute >= WARM_UP_MINUTES);
  const of = (pick: (point: Point) => number) =>
    trend(
      measured.map(({ minute }) => minute),
      measured.map(pick),
    );
  const trends = {
    agentRssMiB: of(({ agent }) => agent.rssMiB),
    agentFiles: of(({ agent }) => agent.files),
    controlPlaneRssMiB: of(({ controlPlane }) => controlPlane.rssMiB),
    controlPlaneFiles: of(({ controlPlane }) => controlPlane.files),
  };
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const column = (pick: (point: Point) => number) =>
    points.map((point) => Math.round(pick(point) * 10) / 10);
  const curve = {
    minute: column(({ minute }) => minute),
    frames: column(({ frames }) => frames),
    agentRssMiB: column(({ agent }) => agent.rssMiB),
    agentFiles: column(({ agent }) => agent.files),
    controlPlaneRssMiB: column(({ controlPlane }) => controlPlane.rssMiB),
    controlPlaneFiles: column(({ controlPlane }) => controlPlane.files),
  };
  if (CURVE) writeFileSync(CURVE, `${JSON.stringify({ bench: 'soak', trends, curve, machine })}\n`);
  t.comment(JSON.stringify(trends));

  t.ok(
    points.every((point) => point.agent.processes === points[0]?.agent.processes),
    'nothing died',
  );
  for (const [name, { first, last }] of Object.entries(trends)) {
    const rise = name.endsWith('Files') ? 2 : Math.max(8, 0.05 * first);
    t.ok(last <= first + rise, `${name}: ${first.toFixed(1)}, then ${last.toFixed(1)}`);
  }
});
