import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_VERSION, type Platform } from './platforms.ts';
import { run } from './run.ts';

/**
 * Node's program for a platform, out of npm's package of it, whose bytes are those that
 * platforms.ts names; kept in `cache`.
 * @returns the folder with `bin/node` and `LICENSE`
 */
export function fetchNode({ node, integrity }: Platform, cache: string): string {
  const folder = join(cache, `node-${NODE_VERSION}-linux-${node}`);
  if (existsSync(folder)) return join(folder, 'package');
  const made = `${folder}.new`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const name = `node-linux-${node}@${NODE_VERSION}`;
  const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: made, encoding: 'utf8' });
  const archive = join(made, packed.trim());
  checkIntegrity(name, readFileSync(archive), integrity);
  run('tar', ['-xzf', archive, 'package/bin/node', 'package/LICENSE'], made);
  rmSync(archive);
  renameSync(made, folder);
  return join(folder, 'package');
}

/** @throws Error for other bytes than were meant */
export function checkIntegrity(name: string, bytes: Uint8Array, integrity: string): void {
  const received = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (received === integrity) return;
  throw new Error(
    `Expected ${name} to be ${integrity}, received ${received}. Do not use it: find out who changed it.`,
  );
}
