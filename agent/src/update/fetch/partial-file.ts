import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { onDisk } from './on-disk.ts';

/** A file that is still coming, and the digest of what is there of it. */
export class PartialFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #hash: Hash;
  #size: number;

  private constructor(path: string, file: FileHandle, hash: Hash, size: number) {
    this.#path = path;
    this.#file = file;
    this.#hash = hash;
    this.#size = size;
  }

  /** With what an earlier try left of it. @throws UpdateError `DISK_…`, as all of these do */
  static open(path: string): Promise<PartialFile> {
    return onDisk(path, async () => {
      const file = await open(path, 'a', 0o640);
      try {
        const { size } = await file.stat();
        return new PartialFile(path, file, await hashFile(path), size);
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await onDisk(this.#path, () => this.#file.writeFile(bytes));
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  /** What is there stays there when the power goes. */
  sync(): Promise<void> {
    return onDisk(this.#path, () => this.#file.sync());
  }

  /** What is there is worth nothing. */
  async restart(): Promise<void> {
    await onDisk(this.#path, () => this.#file.truncate(0));
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  /** SHA-256 of all that is there. */
  get digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Its name is the final one from now on. */
  become(path: string): Promise<void> {
    return onDisk(path, () => rename(this.#path, path));
  }

  async close(): Promise<void> {
    await onDisk(this.#path, () => this.#file.close());
  }
}

/** SHA-256 of a file's bytes, not finished. @throws Error of the file system */
export async function hashFile(path: string): Promise<Hash> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), async (bytes: AsyncIterable<Uint8Array>) => {
    for await (const piece of bytes) hash.update(piece);
  });
  return hash;
}
