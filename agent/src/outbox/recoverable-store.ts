import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderSync } from '@edgeloop/disk';
import type { OutboxBounds } from '../config/config.ts';
import { OutboxStore } from './outbox-store.ts';

/** In the folder of the state. */
export const OUTBOX_FILE = 'outbox.sqlite';
/** Only the last damaged file is kept: a card that breaks often must not fill up with them. */
const DAMAGED = 'outbox.damaged.sqlite';
const SIDE_FILES = ['', '-wal', '-shm'];

/**
 * The outbox's file, opened when first needed and again after a failure. A damaged one is moved
 * aside and a new one, with a new stream, takes its place.
 */
export class RecoverableStore {
  readonly #folder: string;
  readonly #bounds: OutboxBounds;
  #store: OutboxStore | null = null;
  #movedTo: string | null = null;

  constructor(folder: string, bounds: OutboxBounds) {
    this.#folder = folder;
    this.#bounds = bounds;
  }

  /**
   * @throws SqliteError, Error of the file system, what is not damage: a full disk, one that can't
   * be read or written.
   */
  use<Result>(work: (store: OutboxStore) => Result): Result {
    try {
      return work(this.#open());
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (this.#isDamaged()) this.#moveAside();
      return work(this.#open());
    }
  }

  /** Where a damaged file was moved since the last call. */
  takeMoved(): string | null {
    const movedTo = this.#movedTo;
    this.#movedTo = null;
    return movedTo;
  }

  close(): void {
    this.#store?.close();
    this.#store = null;
  }

  #open(): OutboxStore {
    if (!this.#store) {
      makeFolderSync(this.#folder);
      this.#store = new OutboxStore(join(this.#folder, OUTBOX_FILE), this.#bounds);
    }
    return this.#store;
  }

  /**
   * SQLite calls it damage as well when a read fails: a card with a loose contact must not cost
   * what it holds. What can be read from end to end, before and after, and is wrong when it is
   * opened anew, is damaged.
   * @throws Error of the file system
   */
  #isDamaged(): boolean {
    try {
      this.close();
    } catch {
      // A damaged file may refuse to be closed in order.
      this.#store = null;
    }
    this.#readAll();
    try {
      this.#open();
      return false;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    this.#readAll();
    return true;
  }

  #readAll(): void {
    for (const side of ['', '-wal']) {
      const path = join(this.#folder, OUTBOX_FILE + side);
      if (existsSync(path)) readFileSync(path);
    }
  }

  #moveAside(): void {
    for (const side of SIDE_FILES) {
      const target = join(this.#folder, DAMAGED + side);
      rmSync(target, { force: true });
      try {
        renameSync(join(this.#folder, OUTBOX_FILE + side), target);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    this.#movedTo = join(this.#folder, DAMAGED);
  }
}

/** What SQLite calls damage, also where a read failed. */
export function isDamage(error: unknown): boolean {
  const { code } = error as { code?: string };
  return (
    typeof code === 'string' &&
    (code.startsWith('SQLITE_CORRUPT') ||
      code === 'SQLITE_NOTADB' ||
      code === 'PROTOCOL_ID_INVALID')
  );
}
