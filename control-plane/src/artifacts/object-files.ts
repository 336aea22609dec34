import { createWriteStream } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileSha256, syncFolder } from '@edgeloop/disk';
import { type Bytes, bytes, type Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import type { ArtifactReference, ByteRange } from './artifacts.ts';

/** The complete files, each named by its digest, in 256 folders. */
export class ObjectFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(sha256: Sha256): Promise<Bytes | null> {
    try {
      return bytes((await stat(this.#path(sha256))).size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `RANGE_UNSATISFIABLE` */
  async read(sha256: Sha256, range?: ByteRange): Promise<Readable> {
    const file = await this.#open(sha256);
    try {
      const { size } = await file.stat();
      if (!range) return file.createReadStream();
      const { first, last } = range;
      if (first < 0 || first > last || last >= size) {
        throw new ControlPlaneError(
          'RANGE_UNSATISFIABLE',
          `Expected bytes within 0–${size - 1} of ${sha256}, received ${first}–${last}.`,
        );
      }
      return file.createReadStream({ start: first, end: last });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Makes a file that is complete and on disk an artifact, if it has the digest.
   * @throws ControlPlaneError `DIGEST_MISMATCH`; the file is where it was
   */
  async adopt(path: string, { sha256 }: ArtifactReference): Promise<void> {
    const received = await fileSha256(path);
    if (received !== sha256) {
      throw new ControlPlaneError(
        'DIGEST_MISMATCH',
        `Expected content with SHA-256 ${sha256}, received ${received}. It was changed or damaged on its way, and is removed: send it again from the start.`,
      );
    }
    const target = this.#path(sha256);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
    await syncFolder(dirname(target));
    await syncFolder(this.#folder);
  }

  /**
   * Another name for the same content, which stays when the object goes; a copy where the two
   * places have no links to each other.
   * @param admit asked before a copy; refuses by throwing
   * @throws ControlPlaneError `NOT_FOUND`, or what `admit` throws
   */
  async layOut(sha256: Sha256, path: string, admit: (size: Bytes) => Promise<void>): Promise<void> {
    const file = await this.#open(sha256);
    try {
      await link(this.#path(sha256), path);
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await admit(bytes((await file.stat()).size));
      await pipeline(file.createReadStream({ autoClose: false }), createWriteStream(path));
    } finally {
      await file.close();
    }
  }

  async remove(sha256: Sha256): Promise<void> {
    await rm(this.#path(sha256), { force: true });
  }

  async #open(sha256: Sha256): Promise<FileHandle> {
    try {
      return await open(this.#path(sha256), 'r');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new ControlPlaneError(
        'NOT_FOUND',
        `Expected content that was uploaded before, received ${sha256}.`,
        { cause },
      );
    }
  }

  #path(sha256: Sha256): string {
    return join(this.#folder, objectPath(sha256));
  }
}

/** Another file system, one without links, or one more than it has. */
const NO_LINKS = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK']);

/** Of an object, within the folder of all. */
export const objectPath = (sha256: Sha256): string => join(sha256.slice(0, 2), sha256);
