import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Bytes, mebibytes } from '@edgeloop/protocol';
import { explainDisk } from '../../artifacts/explain-disk.ts';
import { ControlPlaneError } from '../../errors.ts';

/** What the disk keeps free, whatever is imported. */
const KEEP_FREE = mebibytes(1024);
/** How often, in bytes that arrived, the disk is asked. */
const ASK_EVERY = mebibytes(64);

/** Where imports lie on disk while they are read: the directory of a zip stands at its end. */
export class Spool {
  readonly #folder: string;
  readonly #longest: Bytes;

  constructor({ folder, longest }: { readonly folder: string; readonly longest: Bytes }) {
    this.#folder = folder;
    this.#longest = longest;
  }

  /** Removes what a process that was killed left. */
  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) await rm(join(this.#folder, name));
  }

  /**
   * Writes content to a file of its own, which is gone when `use` ends.
   * @throws ControlPlaneError `UPLOAD_TOO_LARGE`, `STORAGE_FULL`, `DISK_FULL`, `STORE_FAILED`, and
   * what `use` throws
   */
  async with<T>(content: NodeJS.ReadableStream, use: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.#folder, randomUUID());
    try {
      const file = createWriteStream(path, { flags: 'wx' });
      await pipeline(content, this.#bounded(), file).catch(explainWrite);
      return await use(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  #bounded(): Transform {
    let length = 0;
    let asked = 0;
    const check = async (more: number) => {
      length += more;
      if (length > this.#longest) throw tooLarge(this.#longest);
      if (length - asked < ASK_EVERY) return;
      asked = length;
      const { bavail, bsize } = await statfs(this.#folder);
      if (bavail * bsize < KEEP_FREE) throw full();
    };
    return new Transform({
      transform(piece: Buffer, _encoding, done) {
        check(piece.length).then(() => done(null, piece), done);
      },
    });
  }
}

const ofDisk = explainDisk('an import');

/** Of whoever sends and of its bounds, as it is. */
function explainWrite(error: NodeJS.ErrnoException): never {
  if (error.syscall === 'open' || error.syscall === 'write') ofDisk(error);
  throw error;
}

const tooLarge = (longest: Bytes) =>
  new ControlPlaneError(
    'UPLOAD_TOO_LARGE',
    `Expected an import of at most ${longest} bytes, received more. Bring it in parts: what is here already is left alone.`,
  );

const full = () =>
  new ControlPlaneError(
    'STORAGE_FULL',
    `Expected ${KEEP_FREE} bytes to stay free on the disk while an import arrives, received less. Make room first.`,
  );
