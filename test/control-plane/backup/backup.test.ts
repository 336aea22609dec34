import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { Device } from '../../stand/fleet/device.ts';
import { STREAM } from '../../stand/fleet/messages.ts';
import { PROGRAMS } from '../../stand/programs.ts';

const root = mkdtempSync(join(tmpdir(), 'backup-'));
t.teardown(() => rmSync(root, { recursive: true, force: true }));
const [data, out, restored] = ['data', 'copy', 'restored'].map((name) => join(root, name)) as [
  string,
  string,
  string,
];

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAMS.edgeloop, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

t.test('copied while it stores; what was confirmed before is in the copy', async (t) => {
  const controlPlane = new ControlPlaneProcess(['--data', data]);
  await controlPlane.start();
  const { password } = await controlPlane.enrol('pi-1');
  const device = new Device(controlPlane.url, 'pi-1', STREAM, password);
  device.start();
  t.teardown(async () => {
    await device.close();
    await controlPlane.kill('SIGKILL');
  });
  await device.produce(500);
  const producing = device.produce(2000);
  const made = run('backup', '--data', data, '--out', out);
  t.equal(made.status, 0, made.stderr);
  t.ok(existsSync(join(out, 'keys', 'root-1.json')), 'whose signatures count');
  t.match(JSON.parse(made.stdout), { backup: out, version: /^\d/, files: Number });
  await producing;
  t.same(run('backup', '--data', data, '--out', out).status, 65, 'nothing is overwritten');
  await device.close();
  const token = await controlPlane.fetch('/api/tokens');
  t.equal(token.status, 200);
  await controlPlane.kill('SIGTERM');

  const back = run('restore', '--from', out, '--data', restored);
  t.equal(back.status, 0, back.stderr);
  for (const folder of [data, restored]) {
    t.equal(statSync(folder).mode & 0o777, 0o700, 'for its owner alone');
  }
  const again = new ControlPlaneProcess(['--data', restored]);
  again.token = controlPlane.token;
  await again.start();
  t.teardown(() => again.kill('SIGKILL'));
  const rows = await again.detections();
  t.ok(rows.length >= 500, `${rows.length} rows`);
  t.same(
    rows.map(({ seq }) => seq),
    Array.from({ length: rows.length }, (_, i) => i + 1),
    'as of one moment: no gap',
  );
});

t.test('a backup that was altered, a folder that is in use, a folder that is none', async (t) => {
  const used = run('restore', '--from', out, '--data', data);
  t.match(used, { status: 65, stderr: /an empty folder for --data/ });
  writeFileSync(join(out, 'control-plane.sqlite'), 'x');
  const altered = run('restore', '--from', out, '--data', join(root, 'other'));
  t.match(altered, { status: 65, stderr: /control-plane\.sqlite of the backup as it was copied/ });
  t.notOk(existsSync(join(root, 'other')));
  t.match(run('restore', '--from', root, '--data', join(root, 'other')), {
    status: 65,
    stderr: /a backup with its backup\.json/,
  });
  t.match(run('backup', '--data', root, '--out', join(root, 'b')), {
    status: 65,
    stderr: /the data folder of a control plane/,
  });
});
