import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleProgram } from './bundle-program.ts';
import { fetchNode } from './fetch-node.ts';
import { installModules, type Places } from './install-modules.ts';
import type { Package } from './packages.ts';
import type { Platform } from './platforms.ts';
import { pruneModules } from './prune-modules.ts';

/** Of a workspace, what was built, and the agent's page, which is read as it is. */
const BUILT = ['dist', 'dashboard/dist/app', 'page'];

/**
 * The process as it runs: its Node, what was built of its workspaces, its programs in one file each,
 * and the modules that it needs on that platform, by the lock file.
 * @param target /usr/lib/<name> of the package
 */
export async function stageProgram(
  made: Package,
  platform: Platform,
  { root, cache, target }: Places & { target: string },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-modules-'));
  try {
    for (const workspace of installModules(made, platform, { root, cache, folder })) {
      for (const part of ['package.json', 'node_modules']) {
        copy(join(folder, workspace, part), join(target, workspace, part));
      }
      for (const part of BUILT) copy(join(root, workspace, part), join(target, workspace, part));
    }
    copy(join(folder, 'node_modules'), join(target, 'node_modules'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  pruneModules(target, platform);
  for (const { workspace, module } of made.bundled) {
    const out = join(target, workspace, 'dist', dirname(module));
    await bundleProgram({ root, workspace, module, out });
  }
  const node = fetchNode(platform, cache);
  copy(join(node, 'bin/node'), join(target, 'bin/node'));
  chmodSync(join(target, 'bin/node'), 0o755);
  copy(join(node, 'LICENSE'), join(target, 'bin/LICENSE.node'));
  copy(join(root, 'systemd/with-notify-socket'), join(target, 'with-notify-socket'));
}

/** Links stay links: workspaces refer to one another by them. What is not there is left out. */
function copy(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
