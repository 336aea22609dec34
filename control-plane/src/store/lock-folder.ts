import { join } from 'node:path';
import { makeFolderSync } from '@edgeloop/disk';
import { Database } from '@edgeloop/sqlite';
import { ControlPlaneError } from '../errors.ts';

const LOCK_FILE = 'lock.sqlite';
const INGEST_LOCK_FILE = 'ingest-lock.sqlite';

/**
 * The folder is ours alone until the returned database is closed, also when the process is killed:
 * SQLite's own lock on a file beside it, which the kernel takes back.
 * @throws ControlPlaneError `DATA_IN_USE`; `DATA_UNUSABLE` where there can be no such folder
 */
export function lockFolder(folder: string): Database {
  return lockFile(
    ...[folder, LOCK_FILE, 'BEGIN EXCLUSIVE'],
    `Expected a data folder of its own, received ${folder}, which another control plane uses. End that one, or choose another --data.`,
  );
}

/**
 * Several processes of `ingest` share a folder; a control plane that ingests itself has it alone.
 * @throws ControlPlaneError `DATA_IN_USE`; `DATA_UNUSABLE` where there can be no such folder
 */
export function lockIngest(folder: string, how: 'alone' | 'shared'): Database {
  return how === 'alone'
    ? lockFile(
        ...[folder, INGEST_LOCK_FILE, 'BEGIN EXCLUSIVE'],
        `Expected no process of "ingest" that uses ${folder}, received one. End it, or add --without-ingest.`,
      )
    : lockFile(
        ...[folder, INGEST_LOCK_FILE, 'BEGIN; SELECT count(*) FROM sqlite_master;'],
        `Expected a control plane with --without-ingest for ${folder}, received one that ingests itself. Start it again with that.`,
      );
}

function lockFile(folder: string, file: string, begin: string, message: string): Database {
  try {
    // Pictures of people are in it, and secrets of webhooks.
    makeFolderSync(folder, 0o700);
  } catch (cause) {
    const text = `Expected a folder that can be written for --data, received ${folder}: ${(cause as Error).message}.`;
    throw new ControlPlaneError('DATA_UNUSABLE', text, { cause });
  }
  const lock = new Database(join(folder, file), { timeout: 0 });
  try {
    lock.pragma(`locking_mode = ${begin.startsWith('BEGIN EX') ? 'EXCLUSIVE' : 'NORMAL'}`);
    lock.exec(begin);
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw cause;
    throw new ControlPlaneError('DATA_IN_USE', message, { cause });
  }
}
