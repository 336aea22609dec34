import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fetchNode } from './fetch-node.ts';
import type { Package } from './packages.ts';
import { PLATFORMS, type Platform } from './platforms.ts';
import { run } from './run.ts';

/** Folders of one build. */
export interface Places {
  /** Of the project. */
  readonly root: string;
  /** What was fetched once. */
  readonly cache: string;
}

/**
 * As `npm ci` in a clone, for another platform, without install scripts, and under the Node that
 * will run it: npm leaves out what that does not bear, and takes what only that does (ADR 7).
 * @param folder empty; becomes a clone with the package manifests and node_modules alone
 * @returns the folders of the workspaces that belong to the package
 */
export function installModules(
  { workspace }: Package,
  platform: Platform,
  { root, cache, folder }: Places & { folder: string },
): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  const manifests = workspaces.map((name) => `${name}/package.json`);
  for (const file of [...manifests, 'package.json', 'package-lock.json', '.npmrc']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  const own = PLATFORMS.find(({ node }) => node === process.arch);
  if (!own) throw new Error(`Expected a machine with x64 or arm64, received ${process.arch}.`);
  const npm = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  run(
    join(fetchNode(own, cache), 'bin/node'),
    [
      ...[join(npm, 'npm/bin/npm-cli.js'), 'ci', '--omit=dev', '--ignore-scripts', '--no-audit'],
      ...['--no-fund', '--loglevel=error', '--os=linux', `--cpu=${platform.node}`, '--libc=glibc'],
      ...['--workspace', `@edgeloop/${workspace}`],
    ],
    folder,
  );
  const scope = join(folder, 'node_modules', '@edgeloop');
  const real = realpathSync(folder);
  return readdirSync(scope).map((name) => relative(real, realpathSync(join(scope, name))));
}
