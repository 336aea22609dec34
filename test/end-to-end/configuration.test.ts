import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { until } from '../stand/until.ts';

t.setTimeout(200_000);

t.test('a configuration goes to a device, and one that cuts it off comes back', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const controlPlane = new ControlPlaneProcess(['--data', data, '--allow-anonymous']);
  await controlPlane.start();
  const folder = await AgentFolder.create();
  const config = await folder.configure(controlPlane.url, {
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'synthetic', interval: '100ms' },
        decide: { mode: 'frame' },
      },
    },
    configuration: { trial: '5s' },
  });
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(async () => {
    await agent.kill('SIGKILL');
    await controlPlane.kill('SIGKILL');
    await folder.remove();
    rmSync(data, { recursive: true, force: true });
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  const get = async (path: string): Promise<any> => (await controlPlane.fetch(path)).json();
  const assign = (version: number | null) =>
    controlPlane.fetch('/api/devices/pi-1/configuration', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ version }),
    });
  const says = async (version: number, state: string) => {
    const { reported } = await get('/api/devices/pi-1/configuration');
    return reported?.version === version && reported.state === state;
  };
  const mode = async () => (await get('/api/devices/pi-1')).reported?.cameras.cam0.mode;
  await until(async () => (await mode()) === 'frame');

  const occurrences = { cameras: { cam0: { decide: { mode: 'occurrence' } } } };
  const made = await controlPlane.post('/api/configurations', {
    configuration: 'occurrences',
    settings: occurrences,
  });
  t.equal((await assign(made.newest.version)).status, 200);
  await until(() => says(1, 'applied'));
  t.equal(await mode(), 'occurrence');

  await controlPlane.post('/api/configurations/occurrences/versions', {
    settings: { ...occurrences, broker: { url: 'mqtt://127.0.0.1:1' } },
  });
  await assign(2);
  await until(() => says(2, 'reverted'));
  const { reported } = await get('/api/devices/pi-1/configuration');
  t.match(reported.reason, { code: 'CONFIGURATION_UNHEARD' });
  t.equal(await mode(), 'occurrence', 'what was applied runs again');

  await assign(null);
  await until(async () => (await mode()) === 'frame');
  await until(async () => (await get('/api/devices/pi-1/configuration')).reported === null);
  t.same(await agent.kill('SIGTERM'), { code: 0, signal: null }, 'in one process all along');
});
