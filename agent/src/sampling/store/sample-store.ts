import { existsSync } from 'node:fs';
import { readdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeDurably } from '@edgeloop/disk';
import { type Bytes, SampleRecord, type Sha256 } from '@edgeloop/protocol';
import { Check } from 'typebox/value';
import { AgentError } from '../../errors.ts';
import { readFailure } from '../../state/read-failure.ts';
import { makeRoom, type StoreBounds } from './make-room.ts';
import { byUpload, type StoredSample } from './stored-sample.ts';

export interface SampleStoreOptions {
  readonly folder: string;
  /** What exceeds them is evicted, see `makeRoom`. */
  readonly bounds: StoreBounds;
  /** So much of the disk stays free for what matters more. */
  readonly minFree: Bytes;
}

/** What became of a picture: it is on disk, it was there before, or there is no room for it. */
export type Put = 'kept' | 'known' | 'no room';

const PICTURE = '.picture';
const RECORD = '.json';
/** Errors that space may mend. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
/** Of a read: whatever is there is no record. */
const NO_RECORD: ReadonlySet<string> = new Set(['ENOENT', 'EISDIR']);
/** Digests of samples that are gone again, so that the same picture is not kept twice. */
const REMEMBERED = 4_096;

/**
 * Samples that wait for their upload: of each a picture and a record, named by the picture's
 * digest. The record is written last: it is what makes a sample. Bounded by bytes and count.
 */
export class SampleStore {
  readonly #options: SampleStoreOptions;
  readonly #samples = new Map<Sha256, StoredSample>();
  readonly #gone = new Set<Sha256>();
  #evicted = 0;
  #bytes = 0;

  constructor(options: SampleStoreOptions) {
    this.#options = options;
  }

  /** Evicted by the bounds since the start, or never kept for them. */
  get evicted(): number {
    return this.#evicted;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get samples(): readonly StoredSample[] {
    return [...this.#samples.values()];
  }

  /**
   * Finds what an earlier run left: whole samples; halves of one are removed. One whose record
   * can't be read is left to the next start.
   * @throws AgentError `STATE_UNUSABLE` A full disk, or one that can't be read now, is no error: it
   * may be mended.
   */
  async open(): Promise<void> {
    const { folder } = this.#options;
    try {
      await makeFolder(folder);
      const names = await readdir(folder);
      const unread: string[] = [];
      for (const name of names.filter((name) => name.endsWith(RECORD))) {
        const record = await readRecord(join(folder, name));
        if (record === 'unread') unread.push(name.slice(0, -RECORD.length));
        else if (record && names.includes(record.sha256 + PICTURE)) this.#add(record);
      }
      const kept = new Set(
        [...this.#samples.keys(), ...unread].flatMap((stem) => [stem + PICTURE, stem + RECORD]),
      );
      for (const name of names.filter((name) => !kept.has(name))) {
        await rm(join(folder, name), { force: true, recursive: true });
      }
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (FULL.has(String(code)) || readFailure(cause) !== null) return;
      throw new AgentError(
        'STATE_UNUSABLE',
        `Expected a folder that can be written for samples, received ${folder}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  knows(sha256: Sha256): boolean {
    return this.#samples.has(sha256) || this.#gone.has(sha256);
  }

  /** Durable when it resolves. One at a time. @throws Error of the file system */
  async put(record: SampleRecord, picture: Uint8Array): Promise<Put> {
    const { folder, bounds, minFree } = this.#options;
    if (this.knows(record.sha256)) return 'known';
    if (!existsSync(folder)) await makeFolder(folder);
    const stored = this.samples.map(({ record }) => record);
    const evicted = makeRoom(stored, record, bounds);
    if (!evicted || (await freeBytes(folder)) - record.bytes < minFree) {
      this.#evicted += 1;
      return 'no room';
    }
    for (const { sha256 } of evicted) await this.remove(sha256);
    this.#evicted += evicted.length;
    const pictureFile = join(folder, record.sha256 + PICTURE);
    try {
      await writeDurably(pictureFile, picture);
      await writeDurably(join(folder, record.sha256 + RECORD), JSON.stringify(record));
    } catch (error) {
      await rm(pictureFile, { force: true }).catch(() => {});
      throw error;
    }
    this.#add(record);
    return 'kept';
  }

  /** What is to be uploaded next. */
  next(): StoredSample | null {
    return this.samples.toSorted(byUpload)[0] ?? null;
  }

  /** Null: it is gone. @throws Error of the file system: it may be there */
  async picture(sha256: Sha256): Promise<Uint8Array | null> {
    try {
      return await readFile(join(this.#options.folder, sha256 + PICTURE));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Others go before it from now on. */
  failed(sha256: Sha256): void {
    const stored = this.#samples.get(sha256);
    if (stored) this.#samples.set(sha256, { ...stored, failures: stored.failures + 1 });
  }

  async remove(sha256: Sha256): Promise<void> {
    const stored = this.#samples.get(sha256);
    if (!stored) return;
    this.#samples.delete(sha256);
    this.#bytes -= stored.record.bytes;
    this.#remember(sha256);
    const { folder } = this.#options;
    // The record first: a picture alone is no sample.
    for (const ending of [RECORD, PICTURE]) {
      // What can't be removed now is found at the next start, and uploaded once more: the server
      // knows it by then.
      await rm(join(folder, sha256 + ending), { force: true }).catch(() => {});
    }
  }

  #add(record: SampleRecord): void {
    this.#samples.set(record.sha256, { record, failures: 0 });
    this.#bytes += record.bytes;
  }

  #remember(sha256: Sha256): void {
    this.#gone.add(sha256);
    if (this.#gone.size <= REMEMBERED) return;
    for (const oldest of this.#gone) {
      this.#gone.delete(oldest);
      break;
    }
  }
}

/** Null: it is none, or gone. `unread`: it may be one. */
async function readRecord(path: string): Promise<SampleRecord | 'unread' | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Check(SampleRecord, value) ? (value as SampleRecord) : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === undefined || NO_RECORD.has(code) ? null : 'unread';
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
