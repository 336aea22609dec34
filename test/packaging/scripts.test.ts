import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { PACKAGES } from '../../packaging/packages.ts';
import { systemFiles } from '../../packaging/stage-system.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A script of a package, with the folders of the system below another one, and programs of the
 * test's in place of others.
 */
function layScript(t: Test, name: string, path: string, programs: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const write = (to: string, text: string) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    writeFileSync(join(folder, to), text, { mode: 0o755 });
  };
  for (const [program, lines] of Object.entries(programs)) write(program, `#!/bin/sh\n${lines}\n`);
  const made = PACKAGES.find((one) => one.name === name)!;
  const text = String(systemFiles(made, root, '1').find((one) => one.path === path)?.content);
  write('script', text.replaceAll(/(?<=[\s"'=])\/(?=(etc|run|usr\/lib|var)\/)/g, `${folder}/`));
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const runIn = (more: Record<string, string>, ...args: string[]) =>
    spawnSync(join(folder, 'script'), args, { encoding: 'utf8', env: { ...env, ...more } });
  return { folder, runIn, run: (...args: string[]) => runIn({}, ...args) };
}

for (const user of ['0', '1000']) {
  t.test(`a signal to edgeloop-agent is one to the agent, as user ${user}`, async (t) => {
    const { folder, run } = layScript(t, 'edgeloop-agent', 'usr/bin/edgeloop-agent', {
      'usr/lib/edgeloop-agent/bin/node': 'shift; echo "$$ $*"',
      'bin/id': `echo ${user}`,
      'bin/setpriv': 'shift 4; exec "$@"',
      'bin/systemctl': '',
    });
    mkdirSync(join(folder, 'run/systemd/system'), { recursive: true });
    for (const args of [['run'], ['enrol', '--config', 'other.yaml'], []]) {
      const { pid, stdout } = run(...args);
      t.equal(stdout.trim(), `${pid} ${args.join(' ')}`.trim());
    }
    const enrolled = /^\d+ enrol url token\n(.*)/.exec(run('enrol', 'url', 'token').stdout);
    t.match(enrolled?.[1], user === '0' ? /^The service runs/ : /^$/);
  });
}

const SAYS = 'echo "$EDGELOOP_DATABASE, $EDGELOOP_DATABASE_PASSWORD_FILE, $CREDENTIALS_DIRECTORY"';

t.test("the control plane's commands find the rows where the service has them", async (t) => {
  const name = 'edgeloop-control-plane';
  const { folder, run, runIn } = layScript(t, name, `usr/bin/${name}`, {
    [`usr/lib/${name}/bin/node`]: SAYS,
    'bin/id': 'echo 0',
    'bin/setpriv': 'shift 4; exec "$@"',
  });
  const says = ({ status, stdout, stderr }: ReturnType<typeof run>) =>
    status === 0 ? stdout.trim() : stderr;
  const credentials = join(folder, 'run/credentials', `${name}.service`);
  const settings = (...lines: string[]) => {
    mkdirSync(join(folder, 'etc/edgeloop'), { recursive: true });
    writeFileSync(join(folder, 'etc/edgeloop/control-plane.env'), lines.join('\n'));
  };
  t.equal(says(run('login-link')), ', ,', 'without any settings');
  settings('#EDGELOOP_DATABASE=postgres://b/no', 'EDGELOOP_PORT=8080');
  t.equal(says(run('login-link')), `, , ${credentials}`, 'in SQLite');
  const url = 'postgres://edgeloop:a&$b%20c@db.lan/edgeloop?sslmode=verify-full';
  settings(`EDGELOOP_DATABASE=postgres://b/old`, `EDGELOOP_DATABASE=${url}  `);
  t.equal(says(run('login-link')), `${url}, , ${credentials}`);
  settings(`EDGELOOP_DATABASE="${url}"`, "EDGELOOP_DATABASE_PASSWORD_FILE='/etc/a b'", '');
  t.equal(says(run('login-link')), `${url}, /etc/a b, ${credentials}`);
  const other = runIn({ EDGELOOP_DATABASE: 'postgres://b/here' }, 'token');
  t.equal(says(other), 'postgres://b/here, ,', 'the password of one is not for another');
  for (const args of [['--data', '/srv'], ['--data=/srv'], ['--database', 'postgres://b/here']]) {
    t.equal(says(run('token', ...args)), ', ,', args.join(' '));
  }
  t.equal(says(runIn({ EDGELOOP_DATA: '/srv' }, 'token')), ', ,');
});

t.test('weights that root fetches are where the service looks for them', async (t) => {
  const name = 'edgeloop-trainer';
  const programs = (user: string) => ({
    [`usr/lib/${name}/bin/node`]: 'shift; echo "$as, $XDG_CACHE_HOME: $*"',
    'bin/id': `echo ${user}`,
    'bin/setpriv': 'as=$1; export as; shift 4; exec "$@"',
  });
  const { folder, run, runIn } = layScript(t, name, `usr/bin/${name}`, programs('0'));
  const cache = join(folder, 'var/cache', name);
  const fetch = ['weights', 'fetch', 'resnet18'];
  t.equal(run(...fetch).stdout, `--reuid=${name}, ${cache}: ${fetch.join(' ')}\n`);
  for (const args of [[...fetch, '--out', 'x'], ['fit', 'weights'], []]) {
    t.equal(run(...args).stdout, `, : ${args.join(' ')}\n`, 'as who says so');
  }
  t.equal(runIn({ XDG_CACHE_HOME: '/x' }, ...fetch).stdout, `, /x: ${fetch.join(' ')}\n`);
  const another = layScript(t, name, `usr/bin/${name}`, programs('1000'));
  t.equal(another.run(...fetch).stdout, `, : ${fetch.join(' ')}\n`);
  const folders = systemFiles(PACKAGES.find((one) => one.name === name)!, root, '1');
  const made = folders.find(({ path }) => path === `usr/lib/tmpfiles.d/${name}.conf`);
  t.match(String(made?.content), `d /var/cache/${name} 0700 ${name} ${name} -\n`);
});

t.test('purged, no unit of the control plane is left enabled', async (t) => {
  const { folder, run } = layScript(t, 'edgeloop-control-plane', 'DEBIAN/postrm', {
    'bin/deb-systemd-helper': '',
  });
  const wants = join(folder, 'etc/systemd/system/edgeloop-control-plane.service.wants');
  t.equal(run('purge').status, 0, 'where nothing was enabled');
  mkdirSync(wants, { recursive: true });
  for (const port of [8081, 8082]) {
    const unit = `edgeloop-control-plane-ingest@${port}.service`;
    symlinkSync(join(folder, 'usr/lib/systemd/system', unit), join(wants, unit));
  }
  t.match(run('purge'), { status: 0, stderr: '' });
  t.notOk(existsSync(wants));
  mkdirSync(wants);
  writeFileSync(join(wants, 'other.service'), '');
  t.match(run('purge'), { status: 0, stderr: '' });
  t.same(readdirSync(wants), ['other.service'], "what is somebody else's stays");
});
