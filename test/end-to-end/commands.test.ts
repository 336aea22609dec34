import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readHeader } from '@edgeloop/imaging';
import t from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);

const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
const controlPlane = new ControlPlaneProcess(['--data', data]);
await controlPlane.start();
const { password } = await controlPlane.enrol('pi-1');
const folder = await AgentFolder.create();
const config = await folder.configure(controlPlane.url, {
  broker: { url: controlPlane.url, username: 'pi-1', password },
  server: { url: `http://127.0.0.1:${controlPlane.apiPort}` },
  sampling: 'off',
  pictures: { every: '1s', size: 96 },
  cameras: {
    cam0: {
      slot: 'main',
      source: { kind: 'synthetic', interval: '50ms' },
      decide: { mode: 'occurrence', smoothing: '0ms', enter: 0.34, exit: 0.3, minFrames: 1 },
    },
  },
});
const run = (...more: string[]) => new AgentProcess(['run', '--config', config, ...more]);
let agent = run('--supervised');
t.teardown(async () => {
  await agent.kill('SIGKILL');
  await controlPlane.kill('SIGKILL');
  await folder.remove();
  rmSync(data, { recursive: true, force: true });
});

const DEVICE = '/api/devices/pi-1';
const picture = (of: string, headers: Record<string, string> = {}) =>
  controlPlane.fetch(`${DEVICE}/${of}/picture`, { headers });
const ask = (command: object) => controlPlane.post(`${DEVICE}/commands`, command);
const view = (id: string) => controlPlane.get(`${DEVICE}/commands/${id}`);
async function settled(id: string) {
  let command = await view(id);
  await until(async () => {
    command = await view(id);
    return command.state !== 'pending';
  });
  return command;
}

t.test('the last frame of a camera, and one of each occurrence', async (t) => {
  await until(async () => (await picture('cameras/cam0')).ok);
  const seen = await picture('cameras/cam0');
  const content = Buffer.from(await seen.arrayBuffer());
  t.match(await readHeader(content), { mediaType: 'image/jpeg', width: 96, height: 72 });
  const age = Date.now() - Date.parse(seen.headers.get('x-edgeloop-captured-at') as string);
  t.ok(age >= 0 && age < 20_000, `taken ${age} ms ago`);
  const tag = seen.headers.get('etag') as string;
  await until(async () => (await picture('cameras/cam0')).headers.get('etag') !== tag);
  await until(async () => (await controlPlane.detections('&device=pi-1')).length > 0);
  const [{ occurrence }] = await controlPlane.detections('&device=pi-1');
  await until(async () => (await picture(`occurrences/${occurrence}`)).ok);
});

t.test('a preview brings frames faster for a while', async (t) => {
  const tags = new Set<string>();
  const asked = await ask({ command: 'preview', camera: 'cam0', seconds: 4, fps: 5 });
  t.match(asked, {
    command: 'preview',
    state: 'pending',
    createdBy: /^token:/,
    ack: null,
    parameters: { camera: 'cam0', seconds: 4, fps: 5 },
  });
  let state = 'pending';
  while (state === 'pending') {
    const response = await picture('cameras/cam0');
    tags.add(response.headers.get('etag') as string);
    state = (await view(asked.id)).state;
    await delay(20);
  }
  const { ack } = await view(asked.id);
  t.match(ack, { outcome: 'done', command: 'preview' });
  // Without it there were five at most.
  t.ok(ack.frames > 5 && ack.frames <= 21, `${ack.frames} frames in 4 s`);
  t.ok(tags.size > 5, `${tags.size} pictures seen`);
  const none = await settled((await ask({ command: 'preview', camera: 'cam7' })).id);
  t.match(none, { state: 'refused', ack: { reason: /one of the cameras \(cam0\)/ } });
});

t.test('the log comes, without a secret', async (t) => {
  const missing = await controlPlane.fetch(`${DEVICE}/log`);
  t.equal(missing.status, 404);
  const { id } = await ask({ command: 'logs', lines: 50 });
  const command = await settled(id);
  t.match(command, { state: 'done', ack: { lines: Number } });
  const log = await controlPlane.get(`${DEVICE}/log`);
  t.match(log, { device: 'pi-1', command: id });
  t.equal(log.lines.length, command.ack.lines);
  t.ok(log.lines.some((line: string) => JSON.parse(line).msg === 'running'));
  t.notMatch(JSON.stringify(log), password);
});

t.test(
  'from afar a frame is labelled on the device; what can not be done there is said',
  async (t) => {
    const answer = async (command: object) => settled((await ask(command)).id);
    const label = (label: string) => answer({ command: 'label', camera: 'cam0', label });
    t.match(await label('red'), { state: 'done', parameters: { camera: 'cam0', label: 'red' } });
    const [name = '', ...more] = readdirSync(
      join(folder.path, 'state', 'heads', 'main', 'labels', 'red'),
    );
    t.match(name, /cam0.*\.jpeg$/);
    t.same(more, []);
    t.match(await label('redd'), { state: 'refused', ack: { reason: /Did you mean "red"\?/ } });
    const none = { state: 'refused', ack: { reason: /one Gemm.*can't be tuned by itself/ } };
    t.match(await answer({ command: 'fit-head' }), none);
    t.match(await answer({ command: 'fit-head', slot: 'none' }), { state: 'refused' });
    const untuned = { state: 'done', ack: { reason: 'none was tuned' } };
    t.match(await answer({ command: 'drop-head' }), untuned);
  },
);

t.test('a restart ends the agent, and the one that comes then says done', async (t) => {
  const { bootId } = await controlPlane.get(DEVICE);
  const { id } = await ask({ command: 'restart' });
  t.same(await agent.ended, { code: 121, signal: null });
  t.equal((await view(id)).state, 'pending', 'nobody has said that it is back');
  agent = run();
  t.match(await settled(id), { state: 'done', ack: { outcome: 'done' } });
  await until(async () => (await controlPlane.get(DEVICE)).bootId !== bootId);
  const log = JSON.parse(readFileSync(join(folder.path, 'state', 'commands.json'), 'utf8'));
  const noted = log.commands.filter((one: { id: string }) => one.id === id);
  t.match(noted, [{ ack: { outcome: 'done' } }], 'noted: another delivery does nothing');
  const refused = await settled((await ask({ command: 'restart' })).id);
  t.match(refused, { state: 'refused', ack: { reason: /--supervised/ } }, 'nothing would start it');
});

t.test('what a control plane asked before it was killed is followed after', async (t) => {
  await agent.kill('SIGTERM');
  const { id } = await ask({ command: 'restart' });
  await controlPlane.kill('SIGKILL');
  await controlPlane.start();
  t.equal((await view(id)).state, 'pending');
  t.ok((await picture('cameras/cam0')).ok, 'the last frame is still there');
  agent = run();
  t.match(await settled(id), { state: 'refused', ack: { reason: /--supervised/ } });
  const { commands } = await controlPlane.get(`${DEVICE}/commands?limit=2`);
  t.same(
    commands.map(({ command }: { command: string }) => command),
    ['restart', 'restart'],
  );
  const gone = await controlPlane.fetch(DEVICE, { method: 'DELETE' });
  t.equal(gone.status, 200);
  t.equal((await picture('cameras/cam0')).status, 404);
  t.equal((await controlPlane.fetch(`${DEVICE}/commands/${id}`)).status, 404);
});
