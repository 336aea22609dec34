import { link, mkdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { entriesBelow, fileSha256 } from '@edgeloop/disk';
import type { Bytes, Sha256 } from '@edgeloop/protocol';

/**
 * Pictures on this machine's disk, by digest: the next job fetches only what is new. Jobs have
 * links of their own to what they use, so that several trainers may share one cache.
 */
export class PictureCache {
  readonly #folder: string;
  readonly #most: Bytes;

  constructor(folder: string, most: Bytes) {
    this.#folder = folder;
    this.#most = most;
  }

  /**
   * A picture that is here, at `path`; its bytes are what its name says.
   * @returns whether it is here
   */
  async take(sha256: Sha256, path: string, now: Date): Promise<boolean> {
    const kept = this.#pathOf(sha256);
    try {
      if ((await fileSha256(kept)) !== sha256) {
        // A power cut leaves a name without its bytes.
        await rm(kept, { force: true });
        return false;
      }
      await utimes(kept, now, now);
      await link(kept, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Keeps the picture at `path` for other jobs. */
  async keep(sha256: Sha256, path: string): Promise<void> {
    const kept = this.#pathOf(sha256);
    await mkdir(dirname(kept), { recursive: true });
    try {
      await link(path, kept);
    } catch (error) {
      // Another trainer was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }

  /**
   * Removes what was of no use for longest, until the rest fits; what may not be removed, such as
   * root's, stays.
   */
  async trim(): Promise<void> {
    const files = await this.#list();
    let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files.sort((a, b) => a.usedAt - b.usedAt)) {
      if (left <= this.#most) return;
      const removed = await rm(path, { force: true }).then(
        () => true,
        () => false,
      );
      if (removed) left -= bytes;
    }
  }

  async #list(): Promise<{ path: string; bytes: number; usedAt: number }[]> {
    const entries = await entriesBelow(this.#folder).catch(() => []);
    const files = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const found = entry.isFile() ? await stat(path).catch(() => null) : null;
      if (found) files.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
    return files;
  }

  #pathOf(sha256: Sha256): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}
