import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import t, { type Test } from 'tap';
import { DEFAULT_GATE } from '../../control-plane/src/jobs/gate/gate-policy.ts';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing } from '../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { LONG } from '../stand/long.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { storedZip } from '../stand/stored-zip.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);
// Measured once on a machine, kept for all tests.
process.env.XDG_CACHE_HOME ??= join(tmpdir(), 'edgeloop-test-cache');

const CLASSES = ['empty', 'good'] as const;
const draw = async (seed: number, label: (typeof CLASSES)[number]) =>
  encodeJpeg(await drawSample(seed, label), 88);

/** What was labelled before there was a device. */
async function labelledBefore(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [seed, side] of ['train', 'train', 'train', 'val', 'test', 'test', 'test'].entries()) {
    for (const label of CLASSES) files[`${side}/${label}/${seed}.jpg`] = await draw(seed, label);
  }
  return storedZip(files);
}

/** A control plane and an enrolled agent that keeps what it sees for labelling. */
async function stand(t: Test, broker: Mosquitto | null) {
  const root = mkdtempSync(join(tmpdir(), 'edgeloop-loop-'));
  const controlPlane = new ControlPlaneProcess([
    ...['--data', join(root, 'data'), '--samples-mark', '0B', '--detections-mark', '0B'],
    ...(broker ? ['--broker', broker.url] : []),
  ]);
  const folder = await AgentFolder.create();
  t.teardown(async () => {
    await controlPlane.kill('SIGKILL');
    await folder.remove();
    rmSync(root, { recursive: true, force: true });
  });
  await controlPlane.start();
  const server = `http://127.0.0.1:${controlPlane.apiPort}`;
  for (let seed = 100; seed < 106; seed++) {
    await folder.addFile(`${seed}.jpg`, await draw(seed, CLASSES[seed % 2] as 'empty' | 'good'));
  }
  const config = await folder.configure(broker?.url ?? controlPlane.url, {
    server: { url: server },
    sampling: { cooldown: '0ms', random: { oneIn: 1 }, store: { minFree: '0B' } },
    health: { interval: '200ms' },
  });
  const token = await controlPlane.enrolmentToken();
  const enrol = new AgentProcess([
    'enrol',
    '--server',
    server,
    '--token',
    token,
    '--config',
    config,
  ]);
  t.same(await enrol.ended, { code: 0, signal: null }, 'enrolled');
  return { root, controlPlane, server, config };
}

for (const kind of ['embedded', 'Mosquitto'] as const) {
  const skip = kind === 'Mosquitto' && mosquittoMissing;
  t.test(`the whole loop, through the API alone, ${kind} as the broker`, { skip }, async (t) => {
    const broker = kind === 'Mosquitto' ? new Mosquitto() : null;
    await broker?.start();
    t.teardown(() => broker?.close());
    const { root, controlPlane, server, config } = await stand(t, broker);
    await controlPlane.post('/api/tasks', { task: 'main', classes: CLASSES });
    const zip = await controlPlane.fetch('/api/tasks/main/import?format=imagefolder', {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: Buffer.from(await labelledBefore()),
    });
    t.equal(zip.status, 200, await zip.text());

    const agent = new AgentProcess(['run', '--config', config]);
    t.teardown(() => agent.kill('SIGKILL'));
    await until(async () => (await controlPlane.detections()).length === 6);
    t.pass('detections are stored');
    const samples = async () =>
      (await controlPlane.get('/api/tasks/main/samples?limit=100')).samples;
    await until(async () => (await samples()).length > 14);
    await agent.kill('SIGTERM');

    const { samples: items } = await controlPlane.post('/api/tasks/main/queue', { limit: 10 });
    t.ok(items.length > 0, 'what the device kept waits for a label');
    for (const { sha256 } of items) {
      const picture = await controlPlane.fetch(`/api/samples/${sha256}/picture`);
      t.equal(picture.headers.get('content-type'), 'image/jpeg');
      await controlPlane.post(`/api/tasks/main/samples/${sha256}/labels`, {
        kind: 'class',
        class: 'good',
      });
    }
    const dataset = await controlPlane.post('/api/tasks/main/datasets');
    t.match(dataset, { number: 1, fingerprint: /^[0-9a-f]{64}$/ });

    // From here on no broker takes part.
    if (broker && !LONG) return;
    const { job } = await controlPlane.post('/api/jobs', {
      task: 'main',
      recipe: { size: 32, epochs: 1, batch: 4, learningRate: 0.01 },
      gate: {
        ...DEFAULT_GATE,
        leastSamples: 6,
        floors: { accuracy: 0, classRecall: 0 },
        int8Loss: { overall: 1, perClass: 1 },
      },
    });
    const tokenFile = join(root, 'token');
    const { secret } = await controlPlane.post('/api/tokens', { name: 'gpu', role: 'trainer' });
    writeFileSync(tokenFile, secret);
    const trainer = spawn(process.execPath, [
      ...[PROGRAMS.trainer, 'work', '--server', server, '--token-file', tokenFile, '--once'],
      ...['--work', join(root, 'trainer'), '--threads', '1'],
    ]);
    await once(trainer, 'close');
    const done = await controlPlane.get(`/api/jobs/${job}`);
    t.match(done, { state: 'succeeded', candidate: true }, JSON.stringify(done.verdict ?? done));

    const model = await controlPlane.get(`/api/models/${done.package}`);
    t.match(model, { state: 'registered', aliases: ['candidate'], task: 'main', job });
    const lineage = JSON.stringify(await controlPlane.get(`/api/models/${done.package}/lineage`));
    t.match(lineage, dataset.fingerprint, 'from the model to its dataset');
    t.match(lineage, 'pi-1', 'and to the device that saw its pictures');
    const { entries } = await controlPlane.get('/api/audit?limit=1000');
    const actions = new Set(entries.map(({ action }: { action: string }) => action));
    for (const action of ['enrolDevice', 'createTask', 'createJob'])
      t.ok(actions.has(action), action);
  });
}
