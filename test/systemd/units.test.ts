import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const systemdMissing =
  process.env.CI !== 'true' &&
  spawnSync('systemd-analyze', ['--version']).status !== 0 &&
  'needs systemd-analyze (Debian: systemd)';
const folder = fileURLToPath(new URL('../../systemd/', import.meta.url));
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
/** All values of a key, over its lines. */
const values = (unit: string, key: string) =>
  [...text(unit).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value as string);

for (const [unit, most] of [
  ['edgeloop-agent.service', 1.6],
  ['edgeloop-control-plane.service', 1.2],
  ['edgeloop-control-plane-ingest@.service', 1.2],
  ['edgeloop-trainer.service', 1.6],
] as const) {
  t.test(`${unit} is exposed by at most ${most}`, { skip: systemdMissing }, async (t) => {
    const threshold = `--threshold=${most * 10}`;
    const { status, stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', threshold, join(folder, unit)],
      { encoding: 'utf8' },
    );
    t.equal(status, 0, stdout.trim().split('\n').at(-1) ?? '');
    t.match(stdout, /Overall exposure level for edgeloop-\S+: \d/);
  });
}

t.test('systemd understands every line of every unit', { skip: systemdMissing }, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'units-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const place = join(root, 'usr/lib/systemd/system');
  mkdirSync(place, { recursive: true });
  for (const unit of units) {
    cpSync(join(folder, unit), join(place, unit));
    for (const line of [...values(unit, 'ExecStart'), ...values(unit, 'ExecReload')]) {
      const program = join(root, line.split(' ')[0] as string);
      mkdirSync(dirname(program), { recursive: true });
      writeFileSync(program, '', { mode: 0o755 });
    }
  }
  for (const target of ['sysinit', 'basic', 'shutdown', 'multi-user', 'network', 'time-sync']) {
    writeFileSync(join(place, `${target}.target`), '[Unit]\n');
  }
  const { stderr } = spawnSync(
    'systemd-analyze',
    ['verify', '--man=no', `--root=${root}`, ...units],
    {
      encoding: 'utf8',
    },
  );
  // Debian 12 has systemd 252; the two came with 254.
  const others = stderr
    .split('\n')
    .filter((line) => line.includes('edgeloop') && !/Restart(Steps|MaxDelaySec)/.test(line));
  t.same(others, []);
});

t.test('a crash loop is taken back before systemd gives up', async (t) => {
  const [burst] = values('edgeloop-agent.service', 'StartLimitBurst');
  t.ok(Number(burst) > 3, 'the third start of an agent on probation reverts: docs/updates.md');
  t.same(values('edgeloop-agent.service', 'OnFailure'), ['edgeloop-agent-retry.service']);
});

t.test('the password of the database comes to both that ask it', async (t) => {
  for (const unit of ['edgeloop-control-plane.service', 'edgeloop-control-plane-ingest@.service']) {
    const credential = 'database-password:edgeloop-control-plane.database-password';
    t.ok(values(unit, 'LoadCredential').includes(credential), unit);
  }
});

t.test('users and folders are made as the units name them', { skip: systemdMissing }, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'sysusers-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'etc'));
  const made = (kind: 'sysusers' | 'tmpfiles', program: string, ...options: string[]) => {
    const files = readdirSync(join(folder, `${kind}.d`)).map((name) =>
      join(folder, `${kind}.d`, name),
    );
    execFileSync(program, [`--root=${root}`, ...options, ...files], { stdio: 'pipe' });
  };
  made('sysusers', 'systemd-sysusers');
  made('tmpfiles', 'systemd-tmpfiles', '--create');
  const users = readFileSync(join(root, 'etc/passwd'), 'utf8');
  for (const unit of units.filter((name) => values(name, 'User').length > 0)) {
    const [user] = values(unit, 'User') as [string];
    t.match(users, new RegExp(`^${user}:.*:/var/lib/${user}:/usr/sbin/nologin$`, 'm'));
    t.ok(readdirSync(join(root, 'var/lib')).includes(user));
  }
  const groups = readFileSync(join(root, 'etc/group'), 'utf8');
  for (const group of units.flatMap((unit) => values(unit, 'SupplementaryGroups'))) {
    // Debian's base-passwd has video.
    for (const name of group.split(' ').filter((name) => name !== 'video')) {
      t.match(groups, new RegExp(`^${name}:`, 'm'), 'a unit with a group that is missing fails');
    }
  }
});

// What the drivers register, as /proc/devices has it: 550 renamed the first.
for (const [driver, devices] of [
  ['535, of Debian 12', ['nvidia-frontend', 'nvidia-uvm', 'nvidia-caps']],
  ['550', ['nvidia', 'nvidiactl', 'nvidia-modeset', 'nvidia-uvm', 'nvidia-caps']],
] as const) {
  t.test(`the trainer reaches the cards of NVIDIA's driver ${driver}`, async (t) => {
    const allowed = values('edgeloop-trainer.service', 'DeviceAllow');
    for (const name of devices) t.ok(allowed.includes(`char-${name} rw`), name);
  });
}
