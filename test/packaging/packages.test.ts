import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { parseConfig } from '../../agent/src/config/load-config.ts';
import { bundleProgram } from '../../packaging/bundle-program.ts';
import { control } from '../../packaging/control.ts';
import { checkIntegrity } from '../../packaging/fetch-node.ts';
import { PACKAGES } from '../../packaging/packages.ts';
import { PLATFORMS } from '../../packaging/platforms.ts';
import { isUnread } from '../../packaging/prune-modules.ts';
import { SCRIPTS, systemFiles } from '../../packaging/stage-system.ts';
import { header, writeDeb } from '../../packaging/write-deb.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dpkgMissing =
  process.env.CI !== 'true' &&
  spawnSync('dpkg-deb', ['--version']).status !== 0 &&
  'needs dpkg-deb';

for (const made of PACKAGES) {
  const { name, workspace, configuration } = made;
  const files = new Map(systemFiles(made, root, '1.2.3').map((file) => [file.path, file]));
  const text = (path: string) => String(files.get(path)?.content);
  const unit = text(`usr/lib/systemd/system/${name}.service`);

  t.test(`${name} has what its unit names`, async (t) => {
    const [program, node, module] = unit
      .match(/^ExecStart=(.*)$/m)![1]!
      .replace(/(?<=\/node)(?: --\S+)+/, '')
      .split(' ') as string[];
    t.equal(program, `/usr/lib/${name}/with-notify-socket`);
    t.equal(node, `/usr/lib/${name}/bin/node`);
    t.equal(module, `/usr/lib/${name}/${workspace}/dist/main.js`);
    const document = unit.match(/^Documentation=file:\/\/\/(.*)$/m)![1]!;
    t.ok(files.has(document), document);
    t.match(unit, `/etc/edgeloop/${configuration}`);
    t.match(text('DEBIAN/conffiles'), `/etc/edgeloop/${configuration}\n`);
    t.ok(
      files.has(`usr/lib/sysusers.d/${name}.conf`) && files.has(`usr/lib/tmpfiles.d/${name}.conf`),
    );
    for (const { content, path } of files.values()) {
      if (typeof content === 'string') t.notMatch(content, /@[A-Z]+@/, `${path} is filled in`);
    }
  });

  t.test(`scripts of ${name} are of a shell that Debian has`, async (t) => {
    const paths = [
      ...SCRIPTS.map((script) => `DEBIAN/${script}`),
      ...made.programs.map((one) => `usr/bin/${one.name}`),
    ];
    for (const path of paths) {
      t.equal(files.get(path)?.mode, 0o755);
      const { status, stderr } = spawnSync('sh', ['-n'], { input: text(path), encoding: 'utf8' });
      t.equal(status, 0, `${path} ${stderr}`);
    }
  });
}

t.test('what dpkg is told of a package', async (t) => {
  const [made] = PACKAGES;
  const [platform] = PLATFORMS;
  const fields = control(made!, platform!, { version: '1.2.3', size: 7 });
  t.match(fields, /^Package: edgeloop-agent\nVersion: 1\.2\.3\nArchitecture: arm64\n/);
  t.match(fields, /\nInstalled-Size: 7\n/);
  t.match(fields, /\nDescription: .*\n( \S.*\n)+$/);
});

t.test('other bytes than were meant are refused', async (t) => {
  const bytes = Buffer.from('node');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  checkIntegrity('node', bytes, integrity);
  t.throws(
    () => checkIntegrity('node', Buffer.from('nodf'), integrity),
    /Expected node to be sha512/,
  );
});

t.test('licences are kept, what nobody reads is not', async (t) => {
  const kept = ['LICENSE.md', 'licence.markdown', 'index.js', 'a.json', 'x.node', 'NOTICE.md'];
  const gone = [
    'README.md',
    'index.d.ts',
    'index.d.mts',
    'index.js.map',
    'sqlite3.c',
    'main.ts',
    '.eslintrc',
  ];
  t.same([...kept, ...gone].filter(isUnread), gone);
});

t.test(
  'a bundled program is ASCII, does the same, and loads what it is asked for by then alone',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const dist = join(folder, 'agent/dist');
    mkdirSync(join(dist, 'asked'), { recursive: true });
    writeFileSync(
      join(dist, 'main.js'),
      `import { sign } from './sign.js';
     const is = /[…😀]{2}/u;
     console.log("a…😀é".search(is) + " of …😀é" + sign);
     if (process.argv[2]) (await import('./asked/for.js')).say();`,
    );
    writeFileSync(join(dist, 'sign.js'), "export const sign = '¿';");
    writeFileSync(
      join(dist, 'asked/for.js'),
      `import { readFileSync } from 'node:fs';
     import { Duplex } from 'readable-stream';
     import { sign } from '../sign.js';
     const beside = readFileSync(new URL('./beside.txt', import.meta.url), 'utf8');
     export const say = () => console.log(beside + sign + typeof Duplex);`,
    );
    const out = join(folder, 'out');
    mkdirSync(join(out, 'asked'), { recursive: true });
    writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(out, 'asked/beside.txt'), 'beside');
    await bundleProgram({ root: folder, workspace: 'agent', module: 'main.js', out });
    const main = join(out, 'main.js');
    for (const name of readdirSync(out).filter((file) => file.endsWith('.js'))) {
      t.match(readFileSync(join(out, name), 'latin1'), /^[\0-\x7f]+$/, name);
    }
    t.notMatch(readFileSync(main, 'latin1'), 'beside.txt', 'what is asked for lies elsewhere');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' }).stdout;
    t.equal(run(), '1 of …😀é¿\n');
    t.equal(run('asked'), '1 of …😀é¿\nbeside¿function\n');
  },
);

t.test("the agent's first configuration needs nothing but an enrolment", async (t) => {
  const text = readFileSync(join(root, 'packaging/default/agent.yaml'), 'utf8');
  const config = parseConfig(text, '/etc/edgeloop/agent.yaml', undefined, () => ({
    device: parseId('device', 'pi-1'),
    site: parseId('site', 'works'),
    ca: null,
    server: 'https://edge.lan',
    mqtt: { url: 'mqtts://edge.lan:8883' },
  }));
  t.match(config, { device: 'pi-1', site: 'works', broker: { url: 'mqtts://edge.lan:8883' } });
  t.match(config, { state: '/var/lib/edgeloop-agent', server: { url: 'https://edge.lan' } });
});

t.test("every option that the control plane's settings name is one", async (t) => {
  const main = join(root, 'control-plane/dist/main.js');
  const help = execFileSync(process.execPath, [main, 'run', '--help'], { encoding: 'utf8' });
  const settings = readFileSync(join(root, 'packaging/default/control-plane.env'), 'utf8');
  const names = [...settings.matchAll(/^#?EDGELOOP_(\w+)=/gm)].map(([, name]) => name!);
  t.ok(names.length > 5);
  for (const name of names) {
    const flag = `--${name.toLowerCase().replaceAll('_', '-')} `;
    t.match(help, `\n  ${flag}`, flag);
  }
});

t.test('a package is of root, and the same bytes each time', { skip: dpkgMissing }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'deb-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const stage = join(folder, 'stage');
  mkdirSync(join(stage, 'DEBIAN'), { recursive: true });
  mkdirSync(join(stage, 'usr/bin'), { recursive: true });
  writeFileSync(
    join(stage, 'DEBIAN/control'),
    control(PACKAGES[0]!, PLATFORMS[0]!, { version: '1', size: 1 }),
  );
  writeFileSync(join(stage, 'usr/bin/odd'), 'odd', { mode: 0o755 });
  const digests = ['a.deb', 'b.deb'].map((name) => {
    writeDeb(stage, join(folder, name));
    return createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  });
  t.equal(digests[0], digests[1]);
  const contents = execFileSync('dpkg-deb', ['--contents', join(folder, 'a.deb')], {
    encoding: 'utf8',
  });
  t.match(contents, /^-rwxr-xr-x root\/root +3 2026-01-01 00:00 \.\/usr\/bin\/odd$/m);
  t.notMatch(contents, 'DEBIAN');
  const field = execFileSync('dpkg-deb', ['--field', join(folder, 'a.deb'), 'Package'], {
    encoding: 'utf8',
  });
  t.equal(field, 'edgeloop-agent\n');
  t.throws(() => header('a name that is too long', 1), /Expected a name that fits/);
  t.same(readdirSync(folder).sort(), ['a.deb', 'b.deb', 'stage']);
});
