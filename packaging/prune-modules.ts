import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from './platforms.ts';

/** For people, compilers and debuggers. */
const UNREAD = /\.(d\.[cm]?ts|[cm]?tsx?|map|tsbuildinfo|markdown|md|c|cc|cpp|h|hpp|gyp|gypi|flow)$/;
/** Of those who wrote the module: what their tools read. */
const SETTINGS = /^\./;
const LICENCE = /licen[cs]e|copying|notice/i;
const FOLDERS = [
  '.github',
  'test',
  'tests',
  'docs',
  'example',
  'examples',
  'benchmark',
  'integration',
];
/**
 * The SQLite for Node 20, what fetches its binary, and headers to compile against: the private Node
 * takes the other (ADR 7).
 */
const UNUSED = [
  'better-sqlite3',
  'prebuild-install',
  'node-addon-api',
  '.bin',
  '.package-lock.json',
  'pino/index.html',
  'pino/docsify',
];

/**
 * Leaves what runs on that platform, under the private Node. Licences stay.
 * @param target the folder that holds node_modules and the workspaces
 */
export function pruneModules(target: string, { node }: Platform): void {
  const modules = join(target, 'node_modules');
  pruneRuntime(join(modules, 'onnxruntime-node/bin/napi-v6'), node);
  pruneSqlite(join(modules, 'better-sqlite3-13'), node);
  for (const name of UNUSED) rmSync(join(modules, name), { recursive: true, force: true });
  for (const name of namesIn(modules)) {
    for (const folder of FOLDERS) {
      rmSync(join(modules, name, folder), { recursive: true, force: true });
    }
  }
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    const { name, parentPath } = entry;
    if (!entry.isFile()) continue;
    const path = join(parentPath, name);
    if (isUnread(name)) rmSync(path);
    // Node reads them: none is a program of its own.
    else chmodSync(path, 0o644);
  }
}

/** Of the modules, those of a scope as `@scope/name`. */
const namesIn = (modules: string): string[] =>
  readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((one) => join(name, one)) : [name],
  );

/** Whether no program reads a file of that name, and no lawyer. */
export const isUnread = (name: string): boolean =>
  SETTINGS.test(name) || (UNREAD.test(name) && !LICENCE.test(name));

/** ONNX Runtime comes with the binaries of all systems. */
function pruneRuntime(binaries: string, node: Platform['node']): void {
  for (const system of readdirSync(binaries)) {
    for (const architecture of readdirSync(join(binaries, system))) {
      if (system === 'linux' && architecture === node) continue;
      rmSync(join(binaries, system, architecture), { recursive: true });
    }
    if (system !== 'linux') rmSync(join(binaries, system), { recursive: true });
  }
}

/** So does better-sqlite3, and with SQLite's source. */
function pruneSqlite(folder: string, node: Platform['node']): void {
  if (!existsSync(folder)) return;
  for (const name of ['deps', 'src']) rmSync(join(folder, name), { recursive: true, force: true });
  const binaries = join(folder, 'prebuilds');
  for (const name of readdirSync(binaries)) {
    if (name !== `linux-${node}.node`) rmSync(join(binaries, name));
  }
}
