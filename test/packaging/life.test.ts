import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST_FILE } from '@edgeloop/protocol';
import t from 'tap';
import { buildPackage } from '../../packaging/build-package.ts';
import { PACKAGES } from '../../packaging/packages.ts';
import { PLATFORMS } from '../../packaging/platforms.ts';
import { freePort } from '../../start/src/free-port.ts';
import { notLong } from '../stand/long.ts';
import { writeColourPackage } from '../stand/models/colour-package.ts';

t.setTimeout(2_400_000);

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/edgeloop-deb');
const missing = ['debootstrap', 'systemd-nspawn', 'dpkg-deb'].find(
  (program) => spawnSync('which', [program]).status !== 0,
);
const other = process.arch !== 'x64' && 'boots the amd64 packages';
const unable =
  other || (process.getuid?.() !== 0 ? 'needs root' : missing && `needs ${missing} (Debian)`);

/** Runs once, when the system is up, and ends it. */
const UNIT = `[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/trial/life.sh
StandardOutput=file:/trial/said
StandardError=file:/trial/complained
ExecStopPost=/usr/bin/systemctl poweroff --force
TimeoutStartSec=1800
[Install]
WantedBy=default.target
`;

/** What life.sh says, in its order. */
const SAID: readonly (readonly [string, RegExp])[] = [
  ['installed', /^0$/],
  ['enabled', /^enabled enabled enabled$/],
  ['compilers', /^$/],
  ['key', /^root 600 root 600$/],
  ['control-plane', /^active; No device is known$/],
  ['login', /^https:\/\/edgeloop\.lan:\d+\/\S+$/],
  ['before-enrolment', /^inactive inactive$/],
  ['enrolled', /^0$/],
  ['findings', /ok configuration ok credential ok disk ok trust ok model ok camera ok broker/],
  ['findings', /ok clock/],
  ['enrol-ends', /^The service runs/],
  ['owner', /^edgeloop-agent 600$/],
  ['agent', /^active; [1-9]\d* frames? classified$/],
  ['detection', /^0$/],
  ['reports', /^0$/],
  ['memory', /^\d+ \d+$/],
  ['credential', /^of the broker$/],
  ['user', /^edgeloop-agent$/],
  ['after-kill', /^active$/],
  ['after-hang', /^active 1$/],
  ['model-before', /^0$/],
  ['model-upgraded', /^0$/],
  ['model-back', /^0$/],
  ['trainer', /^active; 1$/],
  ['upgraded', /^0 1\.2\.4 kept$/],
  ['after-upgrade', /^active$/],
  ['taken-back', /^0 1\.2\.3 kept$/],
  ['after-taken-back', /^active$/],
  ['crash-loop', /^failed activating$/],
  ['after-crash-loop', /^active inactive success$/],
  ['after-another', /^active$/],
  ['keys', /^0 edgeloop-control-plane$/],
  ['keys-as-root', /^0 edgeloop-control-plane 3 null$/],
  ['removed', /^0 kept$/],
  ['after-removal', /^inactive$/],
  ['purged', /^0$/],
];

t.test(
  'in a clean Debian: installed, enrolled, killed, hung, upgraded, taken back, removed, purged',
  { skip: notLong || unable || false },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'debian-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const system = join(folder, 'root');
    const options = ['--variant=minbase', '--include=systemd,systemd-sysv,dbus,libstdc++6,openssl'];
    execFileSync('debootstrap', [...options, 'bookworm', system], { stdio: 'ignore' });
    const trial = join(system, 'trial');
    mkdirSync(trial);
    await layTrial(trial);
    writeFileSync(join(system, 'etc/systemd/system/trial.service'), UNIT);
    const wanted = join(system, 'etc/systemd/system/default.target.wants');
    mkdirSync(wanted, { recursive: true });
    symlinkSync('/etc/systemd/system/trial.service', join(wanted, 'trial.service'));

    const boot = ['--quiet', '-D', system, '--register=no', '--keep-unit', '-b'];
    const booted = spawn('systemd-nspawn', boot, { stdio: 'ignore' });
    t.teardown(() => booted.kill('SIGTERM'));
    await once(booted, 'exit');

    const read = (name: string) =>
      existsSync(join(trial, name)) ? readFileSync(join(trial, name), 'utf8') : '';
    const said = new Map(
      read('said')
        .trim()
        .split('\n')
        .map((line) => line.split(/: ?(.*)/, 2) as [string, string]),
    );
    for (const [what, expected] of SAID)
      t.match((said.get(what) ?? 'nothing').trim(), expected, what);
    if (t.passing()) return;
    for (const name of ['said', 'complained', 'enrolled', 'dpkg.log']) t.comment(read(name));
    t.comment(read('journal').split('\n').slice(-200).join('\n'));
  },
);

/** Packages, the one for the upgrade too; two models; the script, and ports that nobody has. */
async function layTrial(trial: string): Promise<void> {
  const amd64 = PLATFORMS.find(({ debian }) => debian === 'amd64')!;
  const build = { root, cache, out: trial };
  for (const made of PACKAGES) await buildPackage(made, amd64, { ...build, version: '1.2.3' });
  raiseVersion(trial);
  for (const name of ['first', 'second']) {
    const path = join(await writeColourPackage(join(trial, 'models', name)), MANIFEST_FILE);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), name }));
  }
  cpSync(fileURLToPath(new URL('./life.sh', import.meta.url)), join(trial, 'life.sh'));
  writeFileSync(join(trial, 'ports'), `API=${await freePort()}\nMQTT=${await freePort()}\n`);
}

/** The agent's package once more, as the next version. */
function raiseVersion(trial: string): void {
  const tree = join(trial, 'next');
  const dpkg = (...args: string[]) =>
    execFileSync('dpkg-deb', args, { cwd: trial, stdio: 'ignore' });
  dpkg('--raw-extract', 'edgeloop-agent_1.2.3_amd64.deb', tree);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace('1.2.3', '1.2.4'));
  dpkg('--root-owner-group', '-Znone', '--build', tree, 'edgeloop-agent_1.2.4_amd64.deb');
  rmSync(tree, { recursive: true });
}
