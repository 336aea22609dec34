import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Millis, millis, type Sha256, seconds } from '@edgeloop/protocol';
import { syncFolder } from './sync-folder.ts';

export interface BroughtContentOptions {
  readonly folder: string;
  /** Of the process, which nobody sets. */
  readonly uptime: () => Millis;
  /** What was brought, and nobody asked for since, is removed after so long. */
  readonly life: Millis;
}

/** How content is removed. */
export interface Removing {
  readonly isReferred: (sha256: Sha256) => Promise<boolean>;
  readonly remove: (sha256: Sha256) => Promise<void>;
}

interface Marked {
  /** Nothing removes it before. */
  readonly until: Millis;
  /** After who asked for it last. */
  readonly life: Millis;
  /** In a transaction that may not be over: it is referred to until then. */
  readonly isGivenUp: boolean;
}

/** From where somebody found content to where a row refers to it; and from where the last row goes to where the file does. */
const MOMENT = seconds(60);

/**
 * Content that nothing was seen to refer to: somebody brought it, or who referred to it gives it up. An empty file for each. What is seen to
 * be referred to is none of it any more: who refers to it gives it up. At a start all times begin anew.
 */
export class BroughtContent {
  readonly #options: BroughtContentOptions;
  readonly #marked = new Map<Sha256, Marked>();
  readonly #leaving = new Map<Sha256, Promise<void>>();
  /** Found by who is about to refer to it, and when: of the last moment. */
  readonly #held = new Map<Sha256, Millis>();

  constructor(options: BroughtContentOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { folder, life } = this.#options;
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder))
      this.#touch(name as Sha256, { life, isGivenUp: false });
  }

  /** It is about to be there: a kill before it is leaves a name that means nothing. */
  bring(sha256: Sha256): Promise<void> {
    return this.#mark([sha256], { life: this.#options.life, isGivenUp: false });
  }

  /** What refers to it is about to go. */
  giveUp(digests: readonly Sha256[]): Promise<void> {
    return this.#mark(digests, { life: MOMENT, isGivenUp: true });
  }

  /** Who asks for it may be about to refer to it: its time begins anew. To be called before one looks whether it is there. */
  async ask(sha256: Sha256): Promise<void> {
    while (this.#leaving.has(sha256)) await this.#leaving.get(sha256);
    this.#touchMarked(sha256);
  }

  /**
   * As `ask`, by who refers to what is found: for a moment it stays, whatever else is said of it.
   * @returns what lets go of it, where it was not there
   */
  async hold(sha256: Sha256): Promise<() => void> {
    while (this.#leaving.has(sha256)) await this.#leaving.get(sha256);
    this.#touchMarked(sha256);
    const now = this.#options.uptime();
    for (const [other, at] of this.#held) if (now - at >= MOMENT) this.#held.delete(other);
    this.#held.set(sha256, now);
    return () => {
      if (this.#held.get(sha256) === now) this.#held.delete(sha256);
    };
  }

  /** Now, if nothing refers to it and nobody is about to; else it is looked at later. */
  async remove(sha256: Sha256, { isReferred, remove }: Removing): Promise<void> {
    if (await isReferred(sha256)) return;
    // From here to where it is leaving nothing is waited for.
    const heldAt = this.#held.get(sha256);
    if (heldAt !== undefined && this.#options.uptime() - heldAt < MOMENT) {
      if (!this.#marked.has(sha256)) await this.giveUp([sha256]);
    } else await this.#leave(sha256, remove);
  }

  /** @returns how many were removed */
  async settle({ isReferred, remove }: Removing): Promise<number> {
    let removed = 0;
    for (const [sha256, { isGivenUp }] of [...this.#marked]) {
      if (isGivenUp && !this.#isOver(sha256)) continue;
      if (await isReferred(sha256)) {
        await this.#forget(sha256);
        continue;
      }
      // Somebody may have asked while that was looked up. From here to where it is leaving nothing is waited for.
      if (!this.#isOver(sha256)) continue;
      await this.#leave(sha256, remove);
      removed += 1;
    }
    return removed;
  }

  async #leave(sha256: Sha256, remove: Removing['remove']): Promise<void> {
    const gone = remove(sha256).then(() => this.#forget(sha256));
    this.#leaving.set(
      sha256,
      gone.catch(() => {}),
    );
    await gone.finally(() => this.#leaving.delete(sha256));
  }

  async #mark(digests: readonly Sha256[], as: Omit<Marked, 'until'>): Promise<void> {
    const { folder } = this.#options;
    for (const sha256 of digests) {
      while (this.#leaving.has(sha256)) await this.#leaving.get(sha256);
      this.#touch(sha256, as);
      await writeFile(join(folder, sha256), '');
    }
    if (digests.length > 0) await syncFolder(folder);
  }

  #touchMarked(sha256: Sha256): void {
    const marked = this.#marked.get(sha256);
    if (marked) this.#touch(sha256, marked);
  }

  #touch(sha256: Sha256, as: Omit<Marked, 'until'>): void {
    this.#marked.set(sha256, { ...as, until: millis(this.#options.uptime() + as.life) });
  }

  #isOver(sha256: Sha256): boolean {
    const marked = this.#marked.get(sha256);
    return marked !== undefined && marked.until < this.#options.uptime();
  }

  async #forget(sha256: Sha256): Promise<void> {
    if (!this.#marked.delete(sha256)) return;
    await rm(join(this.#options.folder, sha256), { force: true });
  }
}
