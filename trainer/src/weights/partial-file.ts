import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, syncFolder } from '@edgeloop/disk';

/**
 * What the bytes that are there belong to: they go on only if the server says that it is still the
 * same.
 */
interface Origin {
  readonly url: string;
  /** The ETag, if it is a strong one, or the date of the last change. */
  readonly validator: string;
}

/** A download that is not whole yet, beside its target. It outlives the process. */
export class PartialFile {
  readonly path: string;
  readonly #target: string;
  readonly #originPath: string;

  constructor(target: string) {
    this.#target = target;
    this.path = `${target}.partial`;
    this.#originPath = `${target}.partial.json`;
  }

  async size(): Promise<number> {
    return (await stat(this.path).catch(() => null))?.size ?? 0;
  }

  /** What the server must confirm for the bytes to go on; null where they have to begin again. */
  async validator(url: string): Promise<string | null> {
    try {
      const origin: Partial<Origin> = JSON.parse(await readFile(this.#originPath, 'utf8'));
      return origin.url === url && typeof origin.validator === 'string' ? origin.validator : null;
    } catch {
      return null;
    }
  }

  /** Empties it for the bytes of `url`. */
  async begin(url: string, validator: string | null): Promise<FileHandle> {
    await this.discard();
    await makeFolder(dirname(this.path));
    const file = await open(this.path, 'w');
    if (validator !== null) await writeFile(this.#originPath, JSON.stringify({ url, validator }));
    return file;
  }

  goOn(): Promise<FileHandle> {
    return open(this.path, 'a');
  }

  /** Becomes the target, at once and whole, and is on disk then. */
  async finish(): Promise<void> {
    const file = await open(this.path, 'r+');
    await file.sync();
    await file.close();
    await rename(this.path, this.#target);
    await rm(this.#originPath, { force: true });
    await syncFolder(dirname(this.#target));
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.#originPath, { force: true });
  }
}
