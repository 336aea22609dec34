import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { until } from '../stand/until.ts';

t.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'edgeloop-simulate-'));
const controlPlane = new ControlPlaneProcess(['--data', join(folder, 'data')]);
t.teardown(async () => {
  await controlPlane.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
await controlPlane.start();
const server = `http://127.0.0.1:${controlPlane.apiPort}`;

/** The API's list of devices, by how many of a state there are. */
async function countStates(): Promise<Record<string, number>> {
  const { devices } = await controlPlane.get('/api/devices?limit=100');
  const counts: Record<string, number> = {};
  for (const { state } of devices) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

t.test('devices come, are what the scenario says, and go with a word', async (t) => {
  const scenario = join(folder, 'fleet.yaml');
  writeFileSync(
    scenario,
    `
health: { interval: 200ms, frames: 20 }
attributes: { line: [1, 2] }
behaviours:
  - devices: { names: [press-3] }
    does: { offline: true }
`,
  );
  const token = await controlPlane.enrolmentToken({ uses: 100 });
  const fleet = new AgentProcess([
    ...['simulate', '--devices', '12', '--prefix', 'press', '--scenario', scenario],
    ...['--server', server, '--enrol-token', token, '--pictures', '1'],
  ]);
  await until(async () => fleet.stdout.includes('\n'));
  const line = JSON.parse(fleet.stdout);
  t.match(line, { ready: true, devices: 12, connected: 11, updates: {} });
  t.ok(line.said >= 11 && line.rssBytes > 0, 'each said its birth');
  await until(async () => (await countStates()).online === 11);
  const device = await controlPlane.get('/api/devices/press-1');
  t.match(device, { attributes: { line: 2 }, reported: { root: 1, cameras: { cam0: {} } } });
  await until(async () => (await controlPlane.get('/api/devices/press-1')).health);
  const picture = (of: string) => controlPlane.fetch(`/api/devices/${of}/cameras/cam0/picture`);
  await until(async () => (await picture('press-0')).ok);
  t.equal((await picture('press-1')).status, 404, 'as many as were asked for');
  const preview = { command: 'preview', camera: 'cam0', seconds: 1, fps: 5 };
  const { id } = await controlPlane.post('/api/devices/press-0/commands', preview);
  await until(async () => {
    const { ack } = await controlPlane.get(`/api/devices/press-0/commands/${id}`);
    return ack?.outcome === 'done' && ack.frames > 1;
  });

  t.match(await fleet.kill('SIGTERM'), { code: 0 });
  await until(async () => !(await countStates()).online);
  t.equal(fleet.stderr, '', 'nothing went wrong');
});

t.test('what can not be simulated is told', async (t) => {
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(wrong, 'behaviors: []');
  const mistakes = (
    [
      [[], 51, /--server with --enrol-token, or --broker/],
      [['--server', server, '--enrol-token', 'ele_wrong'], 58, /was refused \(UNAUTHENTICATED\)/],
      [['--broker', 'mqtt://127.0.0.1:1', '--pictures', '1'], 51, /--server for --pictures/],
      [['--broker', 'mqtt://127.0.0.1:1'], 51, /--enrol-token for real downloads/],
      [['--broker', 'mqtt://127.0.0.1:1', '--scenario', wrong], 51, /wrong\.yaml:1: behaviors/],
    ] as const
  ).map(([args, code, message]) => {
    const fleet = new AgentProcess(['simulate', '--devices', '2', ...args]);
    return { name: args.join(' '), code, message, fleet };
  });
  for (const { name, code, message, fleet } of mistakes) {
    t.match(await fleet.ended, { code }, name);
    t.match(fleet.stderr, message, name);
  }
});
