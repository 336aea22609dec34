import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { type AgentStatus, STATUS_PATH } from '../../agent/src/control/agent-status.ts';
import { askAgent } from '../../agent/src/control/ask-agent.ts';
import { examineDevice } from '../../agent/src/doctor/examine-device.ts';
import { enrol } from '../../agent/src/enrol/enrol.ts';
import { lockState } from '../../agent/src/state/lock-state.ts';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { RpicamStandIn } from '../stand/agent/rpicam-stand-in.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { until } from '../stand/until.ts';

const skip =
  process.env.CI !== 'true' &&
  spawnSync('sh', ['-c', 'command -v ffmpeg']).status !== 0 &&
  'needs ffmpeg';

t.setTimeout(280_000);

const folder = await AgentFolder.create();
t.teardown(() => folder.remove());
const controlPlane = new ControlPlaneProcess(['--data', join(folder.path, 'data')]);
await controlPlane.start();
t.teardown(() => controlPlane.kill('SIGKILL'));
const server = `http://127.0.0.1:${controlPlane.apiPort}`;
const state = join(folder.path, 'state');
await folder.addPictures(['red', 'green']);
const configure = (changes: object = {}) =>
  folder.configure(controlPlane.url, { server: { url: server }, ...changes });

const examine = async (path: string, now = Date.now) => {
  const findings = await examineDevice(path, now);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
};

t.test('a device that has not enrolled is told how to', async (t) => {
  const found = await examine(await configure());
  t.match(found.credential, {
    gravity: 'problem',
    mend: /^sudo edgeloop-agent enrol <url> <token>;/,
  });
  t.match(found.broker, { gravity: 'problem', what: /has none/ });
  t.match(found.trust, { gravity: 'warning' });
});

t.test('a device that is well', async (t) => {
  const token = await controlPlane.enrolmentToken();
  await enrol({
    server: { url: server, ca: null },
    ca: null,
    token,
    state,
    trustRoot: null,
    site: null,
    device: parseId('device', 'pi-1'),
  });
  const path = await configure();
  const found = await examine(path);
  t.same(
    Object.values(found).filter(({ gravity }) => gravity !== 'ok'),
    [],
  );
  const checks = [
    'configuration',
    'credential',
    'disk',
    'trust',
    'model',
    'camera',
    'broker',
    'server',
  ];
  t.same(Object.keys(found).sort(), [...checks, 'clock'].sort());
  t.match(found.model?.what, /golden cases pass/);
});

/** An agent that runs, until `ready` by its status. */
async function running(t: Test, path: string, ready: (status: AgentStatus) => boolean) {
  const agent = new AgentProcess(['run', '--config', path]);
  t.teardown(() => agent.kill('SIGTERM'));
  await until(async () => {
    // Without a look at the lock, which would keep the agent from starting.
    const told = await askAgent<AgentStatus>(state, STATUS_PATH);
    return told !== null && ready(told.value);
  });
}

t.test('beside its agent, which has the camera and the connection', { skip }, async (t) => {
  const camera = await RpicamStandIn.create('rpicam-vid', { exclusive: true });
  t.teardown(() => camera.remove());
  const source = { kind: 'rpicam', width: 128, height: 96, frameRate: 2 };
  const path = await configure({ cameras: { cam0: { slot: 'main', source } } });
  await running(t, path, ({ cameras: [cam0], broker }) => !!cam0?.frames && broker.away === null);
  const found = await examine(path);
  t.match(found.camera, { gravity: 'ok', what: /^cam0 gives frames to the agent that runs: \d/ });
  t.match(found.broker, { gravity: 'ok', what: /that runs is connected to 127\.0\.0\.1:\d+$/ });
  t.equal((await camera.starts()).length, 1, 'the doctor did not try it');
});

t.test('beside its agent, which is not let in and has no camera', async (t) => {
  const camera = { slot: 'main', source: { kind: 'directory', path: 'nothing' } };
  const path = await configure({
    broker: { url: controlPlane.url, username: 'pi-1', password: 'guessed' },
    cameras: { cam0: camera },
  });
  await running(
    t,
    path,
    ({ cameras: [cam0], broker }) => broker.refused !== null && cam0?.problem !== null,
  );
  const found = await examine(path);
  t.match(found.broker, { gravity: 'problem', what: /refused broker\.username/ });
  t.match(found.camera, { gravity: 'problem', what: /^cam0, of the agent that runs: .*ENOENT/ });
});

t.test('beside an agent that can not be asked nothing is said to be well', async (t) => {
  const unlock = lockState(state);
  t.teardown(unlock);
  const found = await examine(await configure());
  t.match(found.broker, { gravity: 'warning', what: /answers; an agent runs, which could not be/ });
  t.match(found.camera, { gravity: 'warning', what: /^not tried: an agent has them/ });
});

t.test('what is wrong is found, each by its check', async (t) => {
  const ahead = () => Date.now() + 3_600_000;
  t.match((await examine(await configure(), ahead)).clock, {
    gravity: 'problem',
    what: /360\d s ahead/,
  });

  const camera = {
    slot: 'main',
    source: { kind: 'directory', path: 'nothing' },
    noFrameTimeout: '2s',
  };
  const nowhere = { broker: { url: 'mqtt://127.0.0.1:1' }, server: { url: 'http://127.0.0.1:1' } };
  const found = await examine(await configure({ ...nowhere, cameras: { cam0: camera } }));
  t.match(found.camera, { gravity: 'problem', what: /cam0/, mend: /check-config/ });
  t.match(found.broker, { gravity: 'problem', what: /ECONNREFUSED/, mend: /broker\.url/ });
  t.match(found.server, { gravity: 'problem', what: /ECONNREFUSED/, mend: /server\.url/ });

  const wrong = {
    broker: { url: controlPlane.url, username: 'pi-1', password: 'guessed' },
    server: { url: server, ca: join(folder.path, 'none.pem') },
  };
  const refused = await examine(await configure(wrong));
  t.match(refused.broker, { gravity: 'problem', what: /refused/ });
  t.match(refused.server, { gravity: 'problem', what: /ENOENT/, mend: /server\.ca/ });

  const models = await readdir(join(folder.path, 'package'));
  const model = models.find((name) => name.endsWith('.onnx')) as string;
  appendFileSync(join(folder.path, 'package', model), 'x');
  t.match((await examine(await configure())).model, { gravity: 'problem', what: /SHA-256|bytes/ });
});

t.test('as a command: findings, mends, and a status', async (t) => {
  const path = await configure({ cameras: {} });
  const agent = new AgentProcess(['doctor', '--config', path]);
  t.match(await agent.ended, { code: 121 });
  t.match(agent.stdout, /^problem {2}configuration: [\s\S]*\n {9}→ Mend/);
});
