import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { control } from './control.ts';
import type { Places } from './install-modules.ts';
import type { Package } from './packages.ts';
import type { Platform } from './platforms.ts';
import { run } from './run.ts';
import { stageProgram } from './stage-program.ts';
import { stageSystem } from './stage-system.ts';
import { writeDeb } from './write-deb.ts';

export interface Build extends Places {
  /** Where the package is laid. */
  readonly out: string;
  readonly version: string;
}

/**
 * Needs what `npm run build` made, npm and its registry, tar and xz.
 * @returns the path of the .deb
 */
export async function buildPackage(
  made: Package,
  platform: Platform,
  build: Build,
): Promise<string> {
  const { root, cache, out, version } = build;
  const stage = mkdtempSync(join(tmpdir(), 'edgeloop-stage-'));
  try {
    await stageProgram(made, platform, { root, cache, target: join(stage, 'usr/lib', made.name) });
    stageSystem(made, { root, stage, version });
    const files = filesOf(stage).filter((path) => !path.startsWith('DEBIAN/'));
    const bytes = files.reduce((sum, path) => sum + lstatSync(join(stage, path)).size, 0);
    const size = Math.ceil(bytes / 1024);
    writeFileSync(join(stage, 'DEBIAN/control'), control(made, platform, { version, size }));
    writeFileSync(join(stage, 'DEBIAN/md5sums'), sums(stage, files));
    // All may read it, nobody but root changes what was installed; whatever the umask here.
    run('chmod', ['-R', 'u=rwX,go=rX', stage], root);
    mkdirSync(out, { recursive: true });
    const deb = join(out, `${made.name}_${version}_${platform.debian}.deb`);
    writeDeb(stage, deb);
    return deb;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function sums(stage: string, files: readonly string[]): string {
  const line = (path: string) =>
    `${createHash('md5')
      .update(readFileSync(join(stage, path)))
      .digest('hex')}  ${path}\n`;
  return files.map(line).join('');
}

/** Files alone, not links, by path below the folder. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}
