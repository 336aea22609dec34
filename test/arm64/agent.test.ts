import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MANIFEST_FILE } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { edgeloop } from '../stand/control-plane/edgeloop.ts';
import { notLong } from '../stand/long.ts';
import { until } from '../stand/until.ts';
import { emulatedNode } from './emulated-node.ts';
import { emulationMissing } from './emulation-missing.ts';
import { PIS } from './pi.ts';
import { writeDrawnPackage } from './write-drawn-package.ts';
import { writePictures } from './write-pictures.ts';

// Emulated, a start of the agent alone takes half a minute on a quiet machine.
t.setTimeout(3_600_000);
const skip = emulationMissing || notLong;
const root = mkdtempSync(join(tmpdir(), 'edgeloop-arm64-'));
t.teardown(() => rmSync(root, { recursive: true, force: true }));
/** Of a score: see agreement.test.ts, which looks at every stage. */
const TOLERANCE = 0.001;

/**
 * An agent that is enrolled and looks at the pictures, over and over.
 * @param node that it runs on; undefined: this one
 */
async function startAgent(
  t: Test,
  controlPlane: ControlPlaneProcess,
  device: string,
  node?: string,
) {
  const folder = await AgentFolder.create();
  t.teardown(() => folder.remove());
  for (const part of ['package', 'pictures']) {
    rmSync(join(folder.path, part), { recursive: true });
    cpSync(join(root, part), join(folder.path, part), { recursive: true });
  }
  const server = `http://127.0.0.1:${controlPlane.apiPort}`;
  const config = await folder.configure(controlPlane.url, {
    device,
    server: { url: server },
    sampling: 'off',
    health: { interval: '1s' },
    // What takes milliseconds on a Pi takes seconds here.
    slots: { main: { package: 'package', deadline: '60s' } },
    updates: { probation: '5min', frames: 3, minFree: '0B' },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'directory', path: 'pictures', loop: true, interval: '500ms' },
        decide: { mode: 'frame' },
      },
    },
  });
  const service = node === undefined ? {} : { node };
  const token = await controlPlane.enrolmentToken();
  const enrol = ['enrol', '--server', server, '--token', token, '--config', config];
  t.same((await new AgentProcess(enrol, service).ended).code, 0, `${device} is enrolled`);
  const start = () => {
    const agent = new AgentProcess(['run', '--config', config], service);
    t.teardown(() => agent.kill('SIGKILL'));
    return agent;
  };
  return { agent: start(), start };
}

/** The package under another name: another digest, to which a device must update. */
function renamed(name: string): string {
  const folder = join(root, name);
  cpSync(join(root, 'package'), folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify({ ...manifest, name }));
  return folder;
}

async function rollOut(t: Test, controlPlane: ControlPlaneProcess, name: string): Promise<string> {
  const push = ['models', 'push', renamed(name), '--task', 'main', '--json'];
  const { stdout, stderr } = await edgeloop(controlPlane, ...push);
  t.match(stdout, /"digest"/, stderr);
  const { digest } = JSON.parse(stdout);
  const gate = { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure: 'pause' };
  const { rollout } = await controlPlane.post('/api/rollouts', {
    name,
    cargo: { kind: 'model', task: 'main', slot: 'main', model: digest },
    waves: [{ size: { percent: 100 }, bakeMillis: 1000, gates: [gate] }],
  });
  const stateNow = async () => {
    await delay(500);
    return (await controlPlane.get(`/api/rollouts/${rollout}`)).state;
  };
  await until(async () => ['completed', 'paused', 'aborted'].includes(await stateNow()));
  t.equal(await stateNow(), 'completed', `${name} is rolled out`);
  return digest;
}

if (!skip) {
  await writeDrawnPackage(join(root, 'package'), 64);
  await writePictures(join(root, 'pictures'));
}

for (const pi of PIS) {
  t.test(`the agent on a ${pi.name}, beside one on x64`, { skip }, async (t) => {
    const data = join(root, `data-${pi.name}`);
    const controlPlane = new ControlPlaneProcess([
      ...['--data', data, '--samples-mark', '0B', '--detections-mark', '0B'],
    ]);
    t.teardown(() => controlPlane.kill('SIGKILL'));
    await controlPlane.start();
    const { classes } = JSON.parse(readFileSync(join(root, 'package', MANIFEST_FILE), 'utf8'));
    await controlPlane.post('/api/tasks', { task: 'main', classes });
    await startAgent(t, controlPlane, 'x64');
    const { agent, start } = await startAgent(t, controlPlane, pi.name, emulatedNode(pi));
    const rows = async () => {
      // Whoever asks all the time takes the processor from what is waited for.
      await delay(500);
      return controlPlane.detections(`&device=${pi.name}`);
    };
    const more = async (count: number) => {
      const before = (await rows()).length;
      await until(async () => (await rows()).length >= before + count);
    };

    await more(5);
    await agent.kill('SIGKILL');
    start();
    await more(5);
    await controlPlane.kill('SIGKILL');
    // Goes on into the outbox meanwhile.
    await delay(10_000);
    await controlPlane.start();
    await more(20);

    const next = await rollOut(t, controlPlane, 'next');
    await until(async () => (await rows()).at(-1).model === next);
    const { reported } = await controlPlane.get(`/api/devices/${pi.name}`);
    t.match(reported.slots.main, { model: next, name: 'next' });

    const all = await rows();
    t.same(
      all.map(({ seq }) => seq).sort((a, b) => a - b),
      all.map((_row, i) => i + 1),
      'every row is stored once, without a gap',
    );
    const expected = new Map(
      (await controlPlane.detections('&device=x64')).map((row) => [row.source, row]),
    );
    t.same(new Set(all.map(({ source }) => source)), new Set(expected.keys()), 'every picture');
    for (const { source, label, scores } of all) {
      const x64 = expected.get(source);
      t.equal(label, x64.label, source);
      for (const name of classes) {
        const difference = Math.abs(scores[name] - x64.scores[name]);
        t.ok(difference <= TOLERANCE, `${source}: ${name} differs by ${difference}`);
      }
    }
  });
}
