import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing } from '../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { LONG } from '../stand/long.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);

const COLOURS = ['red', 'green', 'blue'] as const;
const colour = (i: number) => COLOURS[i % 3] as (typeof COLOURS)[number];
const numbers = (length: number) => Array.from({ length }, (_, i) => i + 1);

function controlPlane(t: Test, args: readonly string[] = []): ControlPlaneProcess {
  const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const process = new ControlPlaneProcess(['--data', data, ...args]);
  t.teardown(async () => {
    await process.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  return process;
}

/** An agent over thirty pictures, as fast as it is, again and again. */
async function agentFolder(
  t: Test,
  store: ControlPlaneProcess,
  url = store.url,
): Promise<[AgentFolder, string]> {
  const folder = await AgentFolder.create();
  t.teardown(() => folder.remove());
  await folder.addPictures(numbers(30).map((_, i) => colour(i)));
  const source = { kind: 'directory', path: 'pictures', loop: true, pace: 'every' };
  const cameras = { cam0: { slot: 'main', source, decide: { mode: 'frame' } } };
  const broker = { url, ...(await store.enrol('pi-1')) };
  return [folder, await folder.configure(url, { broker, cameras, health: { interval: '500ms' } })];
}

/** What is stored when the agent has ended. */
async function everythingOnce(t: Test, store: ControlPlaneProcess): Promise<void> {
  let rows = await store.detections();
  // The last batch may be on its way.
  await until(async () => {
    rows = await store.detections();
    return rows.length === (await stored(store));
  });
  const { streams } = await store.get('/api/devices/pi-1');
  t.equal(streams.length, 1, 'one stream');
  t.match(streams[0], { stored: rows.length, through: rows.length, lost: 0, tombstones: [] });
  t.same(
    rows.map(({ seq }) => seq),
    numbers(rows.length),
    `each of ${rows.length} rows once, in order`,
  );
  t.ok(
    rows.every(({ label, source }) => label === colour(Number.parseInt(source, 10))),
    'and what it says is so',
  );
}

const stored = async (store: ControlPlaneProcess) =>
  (await store.get('/api/devices/pi-1')).streams?.[0]?.stored ?? 0;

/** So often something is killed. */
const TIMES = LONG ? 5 : 2;
const AWAY_SECONDS = LONG ? 20 : 5;

t.test(`the broker is away for ${AWAY_SECONDS} seconds`, { skip: mosquittoMissing }, async (t) => {
  const broker = new Mosquitto();
  await broker.start();
  t.teardown(() => broker.close());
  const store = controlPlane(t, ['--broker', broker.url]);
  await store.start();
  await until(async () => (await store.get('/healthz')).ok);
  const [, config] = await agentFolder(t, store, broker.url);
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(() => agent.kill('SIGKILL'));
  await until(async () => (await stored(store)) > 50);
  await broker.kill();
  const before = await stored(store);
  await delay(AWAY_SECONDS * 1000);
  await broker.start();
  await until(async () => (await stored(store)) > before + 500);
  await agent.kill('SIGTERM');
  await everythingOnce(t, store);
});

t.test('the agent is killed, and killed again', async (t) => {
  const store = controlPlane(t);
  await store.start();
  const [, config] = await agentFolder(t, store);
  for (let life = 1; life <= TIMES; life++) {
    const agent = new AgentProcess(['run', '--config', config]);
    t.teardown(() => agent.kill('SIGKILL'));
    const before = await stored(store);
    await until(async () => (await stored(store)) > before + 100);
    await agent.kill('SIGKILL');
    const seen = () => store.get('/api/devices/pi-1');
    await until(async () => (await seen()).state === 'offline');
    t.match(await seen(), { state: 'offline' }, `life ${life}: the store knows`);
  }
  await everythingOnce(t, store);
});

t.test('the control plane is killed in the middle of batches', async (t) => {
  const store = controlPlane(t);
  await store.start();
  const [, config] = await agentFolder(t, store);
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(() => agent.kill('SIGKILL'));
  for (let kill = 1; kill <= TIMES; kill++) {
    const before = await stored(store);
    await until(async () => (await stored(store)) > before + 100);
    await store.kill('SIGKILL');
    await store.start();
  }
  const before = await stored(store);
  await until(async () => (await stored(store)) > before + 100);
  await agent.kill('SIGTERM');
  await everythingOnce(t, store);
});

t.test('a foreign client hears what the documents say', { skip: mosquittoMissing }, async (t) => {
  const store = controlPlane(t);
  await store.start();
  const listener = new Mosquitto();
  listener.port = store.mqttPort;
  t.teardown(() => listener.close());
  const heard = await listener.listen(await store.subscriber(), 'edgeloop/v1/works/#');
  const [, config] = await agentFolder(t, store);
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(() => agent.kill('SIGKILL'));
  const last = (topic: string) =>
    heard.filter((message) => message.topic === `edgeloop/v1/works/pi-1/${topic}`).at(-1)?.message;
  await until(() => ['detections/cam0', 'state/cam0', 'health', 'delivered'].every(last));
  t.match(last('status'), { state: 'online' });
  t.match(last('detections/cam0'), { type: 'frame', label: /red|green|blue/ });
  t.match(last('reported'), { slots: { main: { name: 'colours' } } });
  await agent.kill('SIGKILL');
  await until(() => last('status').state === 'offline');
  t.match(last('status'), { state: 'offline' }, 'the will of a killed agent');
});
