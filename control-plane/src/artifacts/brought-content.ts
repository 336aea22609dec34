import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis, Sha256 } from '@edgeloop/protocol';
import { syncFolder } from './sync-folder.ts';

/** What is done with content that was brought. */
interface Settling {
  /** Content that nobody asked for since is removed. */
  readonly before: Millis;
  readonly isReferred: (sha256: Sha256) => Promise<boolean>;
  readonly remove: (sha256: Sha256) => Promise<void>;
}

/**
 * Content that nothing was seen to refer to: somebody brought it, or who referred to it gives it up. An empty file for each. What is seen to
 * be referred to is none of it any more: who refers to it gives it up. Times are the process's uptime, which nobody sets; at a start all begin anew.
 */
export class BroughtContent {
  readonly #folder: string;
  readonly #since = new Map<Sha256, Millis>();
  readonly #leaving = new Map<Sha256, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(uptime: Millis): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) this.#since.set(name as Sha256, uptime);
  }

  /** It is about to be there, or to be referred to by nothing: a kill before it is leaves a name that means nothing. */
  async add(digests: readonly Sha256[], uptime: Millis): Promise<void> {
    for (const sha256 of digests) {
      await this.#leaving.get(sha256);
      this.#since.set(sha256, uptime);
      await writeFile(join(this.#folder, sha256), '');
    }
    if (digests.length > 0) await syncFolder(this.#folder);
  }

  /** Who asks for it may be about to refer to it: its time begins anew. To be called before one looks whether it is there. */
  async ask(sha256: Sha256, uptime: Millis): Promise<void> {
    await this.#leaving.get(sha256);
    if (this.#since.has(sha256)) this.#since.set(sha256, uptime);
  }

  /** It was removed otherwise. */
  async forget(sha256: Sha256): Promise<void> {
    if (!this.#since.delete(sha256)) return;
    await rm(join(this.#folder, sha256), { force: true });
  }

  /** @returns how many were removed */
  async settle({ before, isReferred, remove }: Settling): Promise<number> {
    let removed = 0;
    for (const sha256 of [...this.#since.keys()]) {
      if (await isReferred(sha256)) {
        await this.forget(sha256);
        continue;
      }
      // Somebody may have asked while that was looked up. From here to where it is leaving nothing is waited for.
      const since = this.#since.get(sha256);
      if (since === undefined || since >= before) continue;
      const gone = remove(sha256).then(() => this.forget(sha256));
      this.#leaving.set(
        sha256,
        gone.catch(() => {}),
      );
      await gone.finally(() => this.#leaving.delete(sha256));
      removed += 1;
    }
    return removed;
  }
}
