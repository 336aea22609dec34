import fs, { existsSync, fstatSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** For tap's `skip`. */
export const noPowerCut = !existsSync('/proc/self/fd') && 'needs /proc';

/** What a file holds, or the nodes that a folder holds, by name. */
type Content = string | ReadonlyMap<string, number>;

/**
 * What a power cut after some work may take of it: what is in a folder by then, and was not synced
 * as it is. What was there before is on disk. Syncs are seen where a `FileHandle` or `fsyncSync` does
 * them, in this process: not SQLite's own.
 * @returns paths within the folder, sorted; with a question mark what was removed and may come back
 */
export async function lostByPowerCut(
  folder: string,
  work: () => unknown,
): Promise<readonly string[]> {
  const onDisk = new Map<number, Content>();
  for (const path of ['', ...readdirSync(folder, { recursive: true })].map(String)) {
    const at = join(folder, path);
    onDisk.set(lstatSync(at).ino, contentOf(at));
  }
  await withSyncs(
    (descriptor) => onDisk.set(fstatSync(descriptor).ino, contentOf(`/proc/self/fd/${descriptor}`)),
    work,
  );
  const lost: string[] = [];
  const walk = (at: string, path: string, isNamed: boolean) => {
    const { ino } = lstatSync(at);
    const [now, then] = [contentOf(at), onDisk.get(ino)];
    if (!isNamed || (typeof now === 'string' && now !== then)) lost.push(path);
    if (typeof now === 'string') return;
    const names = typeof then === 'object' ? then : new Map<string, number>();
    for (const [name, node] of now) {
      walk(join(at, name), join(path, name), isNamed && names.get(name) === node);
    }
    for (const name of names.keys()) if (!now.has(name)) lost.push(`${join(path, name)}?`);
  };
  walk(folder, '', true);
  return lost.sort();
}

/** @param onSync told before each, with the descriptor */
async function withSyncs(onSync: (descriptor: number) => void, work: () => unknown): Promise<void> {
  const handle = await open('/proc/self/exe', 'r');
  const handles: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const { sync } = handles;
  handles.sync = function (this: FileHandle) {
    onSync(this.fd);
    return sync.call(this);
  };
  const { fsyncSync } = fs;
  fs.fsyncSync = (descriptor) => {
    onSync(descriptor);
    fsyncSync(descriptor);
  };
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    handles.sync = sync;
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
  }
}

function contentOf(path: string): Content {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'latin1');
  return new Map(readdirSync(path).map((name) => [name, lstatSync(join(path, name)).ino]));
}
