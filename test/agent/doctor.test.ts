import { appendFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { examineDevice } from '../../agent/src/doctor/examine-device.ts';
import { enrol } from '../../agent/src/enrol/enrol.ts';
import { lockState } from '../../agent/src/state/lock-state.ts';
import { AgentFolder, AgentProcess } from '../stand/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane-process.ts';

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

t.test('a device that is well, also while its agent runs', async (t) => {
  const token = await controlPlane.enrolmentToken();
  await enrol({
    ...{ server: { url: server, ca: null }, token, state, trustRoot: null, site: null },
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

  const unlock = lockState(state);
  t.match((await examine(path)).broker, { gravity: 'ok', what: /the agent runs/ });
  unlock();
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

  const wrong = { broker: { url: controlPlane.url, username: 'pi-1', password: 'guessed' } };
  t.match((await examine(await configure(wrong))).broker, { gravity: 'problem', what: /refused/ });

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
