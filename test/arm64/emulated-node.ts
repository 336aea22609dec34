import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { NODE_VERSION, PLATFORMS } from '../../packaging/platforms.ts';
import { CACHE_FOLDER } from './cache-folder.ts';
import { DEBIAN_LIBRARIES, unpackDebianLibraries } from './debian-libraries.ts';
import { launcherFiles } from './launcher-files.ts';
import { lockedPackage, type NpmPackage, unpackNpmPackages } from './npm-packages.ts';
import { PIS, type Pi } from './pi.ts';
import { processorFiles } from './processor-files.ts';

const PLATFORM = PLATFORMS.find(({ node }) => node === 'arm64')!;
/** Node as the package for a device carries it. */
const NODE: NpmPackage = {
  name: `node-linux-${PLATFORM.node}`,
  version: NODE_VERSION,
  integrity: PLATFORM.integrity,
  only: 'bin/node',
};
/**
 * Native modules that npm installs for one processor only. ONNX Runtime's package has those of all.
 */
const MODULES = [
  '@img/sharp-linux-arm64',
  '@img/sharp-libvips-linux-arm64',
  'better-sqlite3-13',
] as const;

/**
 * A program that is Node on a Pi: QEMU runs the arm64 binary, which finds its libraries, the
 * modules built for it, and the Pi's processor. Processes and threads that it starts are on that
 * Pi, too. What this needs is fetched once and kept.
 * @returns path of the program
 */
export function emulatedNode(pi: Pi): string {
  const packages: Readonly<Record<string, NpmPackage>> = {
    node: NODE,
    ...Object.fromEntries(MODULES.map((name) => [`node_modules/${name}`, lockedPackage(name)])),
  };
  const files = Object.fromEntries(
    PIS.flatMap((one) =>
      Object.entries({ ...processorFiles(one), ...launcherFiles(one) }).map(([path, text]) => [
        join(one.name, path),
        text,
      ]),
    ),
  );
  const recipe = JSON.stringify([packages, DEBIAN_LIBRARIES, files]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const root = keptFolder(key, (folder, work) => {
    unpackNpmPackages(packages, folder, work);
    unpackDebianLibraries(join(folder, 'libraries'), work);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { mode: 0o755 });
    }
    for (const { name } of PIS) {
      for (const top of ['lib', 'usr']) symlinkSync(`../libraries/${top}`, join(folder, name, top));
    }
  });
  return join(root, pi.name, 'node');
}

/**
 * A folder of the cache as it is there, or filled now: whole or not at all. Two that fill it at
 * once do not disturb one another.
 * @param fill the folder; the other one is for what that needs on the way
 */
function keptFolder(name: string, fill: (folder: string, work: string) => void): string {
  const folder = join(CACHE_FOLDER, name);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE_FOLDER, { recursive: true });
  const work = mkdtempSync(join(CACHE_FOLDER, '.filling-'));
  try {
    const filled = join(work, 'filled');
    mkdirSync(filled);
    fill(filled, work);
    renameSync(filled, folder);
  } catch (error) {
    // Another was sooner.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
