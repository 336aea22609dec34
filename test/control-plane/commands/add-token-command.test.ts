import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { PROGRAMS } from '../../stand/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'token-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const token = (data: string, ...more: string[]) =>
  spawnSync(process.execPath, [PROGRAMS.controlPlane, 'token', '--data', data, ...more], {
    encoding: 'utf8',
  });

t.test('whoever has the data folder gets a token, while it is used, too', async (t) => {
  const controlPlane = new ControlPlaneProcess(['--data', folder]);
  await controlPlane.start();
  t.teardown(() => controlPlane.kill('SIGKILL'));
  const made = token(folder, '--name', 'found again', '--role', 'viewer');
  t.equal(made.status, 0, made.stderr);
  t.match(made.stdout, /^elt_[\w-]{43}\n$/);
  const { tokens } = await controlPlane.get('/api/tokens');
  t.match(tokens, [{ name: 'first' }, { name: 'found again', role: 'viewer' }]);
  controlPlane.token = made.stdout.trim();
  t.equal((await controlPlane.fetch('/api/devices')).status, 200);
  t.equal((await controlPlane.fetch('/api/tokens')).status, 403, 'of its role, and no more');
});

t.test('a folder of something else is refused', async (t) => {
  const refused = token(tmpdir(), '--name', 'me');
  t.equal(refused.status, 65);
  t.match(refused.stderr, /the data folder of a control plane for --data/);
});
