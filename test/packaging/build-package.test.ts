import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { buildPackage } from '../../packaging/build-package.ts';
import { PACKAGES } from '../../packaging/packages.ts';
import { PLATFORMS } from '../../packaging/platforms.ts';
import { notLong } from '../stand/long.ts';

t.setTimeout(2_400_000);

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/edgeloop-deb');
const MOST_BYTES = 80e6;
/** e_machine of an ELF header. */
const MACHINES = { amd64: 62, arm64: 183 } as const;
const missing = ['dpkg-deb', 'lintian'].find(
  (program) => spawnSync(program, ['--version']).status !== 0,
);
const skip = notLong || (missing !== undefined && `needs ${missing} (Debian)`);

const out = mkdtempSync(join(tmpdir(), 'debs-'));
t.teardown(() => rmSync(out, { recursive: true, force: true }));

for (const made of PACKAGES) {
  for (const platform of PLATFORMS) {
    t.test(`${made.name} for ${platform.debian}`, { skip }, async (t) => {
      const deb = await buildPackage(made, platform, { root, cache, out, version: '1.2.3' });
      const { size } = statSync(deb);
      t.ok(size < MOST_BYTES, `${(size / 1e6).toFixed(1)} MB`);
      const found = spawnSync('lintian', ['--fail-on=error,warning,info', deb], {
        encoding: 'utf8',
      });
      t.equal(found.stdout, '', 'lintian says nothing');
      t.equal(found.status, 0);

      const tree = join(out, `${made.name}-${platform.debian}`);
      execFileSync('dpkg-deb', ['--extract', deb, tree]);
      const machines = machinesIn(tree);
      t.ok(machines.size >= 4, 'Node, ONNX Runtime, sharp and what they bring');
      t.same([...new Set(machines.values())], [MACHINES[platform.debian]], 'of no other machine');
      const hasSqlite = [...machines.keys()].some((path) => path.includes('better-sqlite3-13'));
      t.equal(hasSqlite, made.workspace !== 'trainer');
      if (platform.node !== process.arch) return;
      for (const { module } of made.programs) {
        const program = join(tree, 'usr/lib', made.name);
        const args = [join(program, made.workspace, 'dist', module), '--version'];
        const said = execFileSync(join(program, 'bin/node'), args, { encoding: 'utf8', env: {} });
        t.match(said, /^\d+\.\d+\.\d+\n$/);
      }
    });
  }
}

/** Of every program and library below a folder. */
function machinesIn(folder: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const head = Buffer.alloc(20);
    const file = openSync(path, 'r');
    readSync(file, head, 0, 20, 0);
    closeSync(file);
    if (head.toString('latin1', 0, 4) === '\x7fELF') found.set(path, head.readUInt16LE(18));
  }
  return found;
}
