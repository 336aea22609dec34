import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '@edgeloop/disk';
import {
  type EpochMillis,
  epochMillis,
  type Millis,
  type Sha256,
  seconds,
} from '@edgeloop/protocol';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';

export interface UnreferencedContentOptions {
  readonly folder: string;
  readonly time: BoundedTime;
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
  readonly until: EpochMillis;
  /** As its file says it: later, so that not every question writes one. */
  readonly noted: EpochMillis;
  /** After who asked for it last. */
  readonly life: Millis;
  /** In a transaction that may not be over: it is referred to until then. */
  readonly isGivenUp: boolean;
}

type Lasting = Pick<Marked, 'life' | 'isGivenUp'>;

/** A file adds this part of the life: what is asked for meanwhile need not be noted. */
const NOTED_AHEAD = 24;
/**
 * From where somebody found content to where a row refers to it; and from where the last row goes
 * to where the file does.
 */
const MOMENT = seconds(60);

/**
 * Content that no row was seen to refer to: somebody uploaded it, or what referred to it gave it
 * up. A file for each says until when it stays, over restarts. What is seen to be referred to is
 * none of it any more: who refers to it gives it up.
 */
export class UnreferencedContent {
  readonly #options: UnreferencedContentOptions;
  readonly #marked = new Map<Sha256, Marked>();
  readonly #leaving = new Map<Sha256, Promise<void>>();
  /** Found by who is about to refer to it, and when: of the last moment. */
  readonly #held = new Map<Sha256, EpochMillis>();

  constructor(options: UnreferencedContentOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { folder, life } = this.#options;
    await makeFolder(folder);
    for (const name of (await readdir(folder)) as Sha256[]) {
      const noted = epochMillis(Number(await readFile(join(folder, name), 'utf8')));
      this.#marked.set(name, { until: noted, noted, life, isGivenUp: false });
      await this.#mend(name);
    }
  }

  /** It is about to be there: a kill before it is leaves a name that means nothing. */
  bring(sha256: Sha256): Promise<void> {
    return this.#mark([sha256], { life: this.#options.life, isGivenUp: false });
  }

  /** What refers to it is about to go. */
  async giveUp(digests: readonly Sha256[]): Promise<void> {
    await this.#mark(digests, { life: MOMENT, isGivenUp: true });
    // The marks are on disk before the transaction is.
    if (digests.length > 0) await syncFolder(this.#options.folder);
  }

  /**
   * Who asks for it may be about to refer to it: its time begins anew. To be called before one
   * looks whether it is there.
   */
  async ask(sha256: Sha256): Promise<void> {
    while (this.#leaving.has(sha256)) await this.#leaving.get(sha256);
    await this.#touchMarked(sha256);
  }

  /**
   * As `ask`, by who refers to what is found: for a moment it stays, whatever else is said of it.
   * @returns what lets go of it, where it was not there
   */
  async hold(sha256: Sha256): Promise<() => void> {
    while (this.#leaving.has(sha256)) await this.#leaving.get(sha256);
    const now = this.#options.time.latest();
    this.#held.delete(sha256);
    // The longest held come first: an import holds many.
    for (const other of this.#held.keys()) {
      if (this.#isHeld(other)) break;
      this.#held.delete(other);
    }
    this.#held.set(sha256, now);
    await this.#touchMarked(sha256);
    return () => {
      if (this.#held.get(sha256) === now) this.#held.delete(sha256);
    };
  }

  /** Now, if nothing refers to it and nobody is about to; else it is looked at later. */
  async remove(sha256: Sha256, { isReferred, remove }: Removing): Promise<void> {
    if (await isReferred(sha256)) return;
    // From here to where it is leaving nothing is waited for.
    if (this.#isHeld(sha256)) {
      if (!this.#marked.has(sha256)) await this.giveUp([sha256]);
    } else await this.#leave(sha256, remove);
  }

  /** @returns how many were removed */
  async settle({ isReferred, remove }: Removing): Promise<number> {
    let removed = 0;
    for (const [sha256, { isGivenUp }] of [...this.#marked]) {
      await this.#mend(sha256);
      if (isGivenUp && !this.#isOver(sha256)) continue;
      if (await isReferred(sha256)) {
        await this.#forget(sha256);
        continue;
      }
      // Somebody may have asked while that was looked up. From here to where it is leaving nothing
      // is waited for.
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

  async #mark(digests: readonly Sha256[], as: Lasting): Promise<void> {
    for (const sha256 of digests) {
      while (this.#leaving.has(sha256)) await this.#leaving.get(sha256);
      await this.#touch(sha256, as);
    }
  }

  async #touchMarked(sha256: Sha256): Promise<void> {
    const marked = this.#marked.get(sha256);
    if (marked) await this.#touch(sha256, marked);
  }

  /** Its time begins anew before anything is waited for. */
  async #touch(sha256: Sha256, { life, isGivenUp }: Lasting): Promise<void> {
    const until = epochMillis(this.#options.time.latest() + life);
    const before = this.#marked.get(sha256);
    const isNoted = before !== undefined && before.noted >= until && before.life === life;
    const noted = isNoted ? before.noted : epochMillis(until + life / NOTED_AHEAD);
    this.#marked.set(sha256, { until, noted, life, isGivenUp });
    if (!isNoted) await writeFile(join(this.#options.folder, sha256), `${noted}`);
  }

  /**
   * A file that a power cut left empty; or a time by a clock that was ahead, which would never
   * come.
   */
  async #mend(sha256: Sha256): Promise<void> {
    const marked = this.#marked.get(sha256);
    const { time, life } = this.#options;
    const latest = time.latest() + life + life / NOTED_AHEAD;
    if (!marked || (marked.until > 0 && marked.until <= latest)) return;
    this.#marked.delete(sha256);
    await this.#touch(sha256, marked);
  }

  #isHeld(sha256: Sha256): boolean {
    const at = this.#held.get(sha256);
    const since = at === undefined ? -1 : this.#options.time.latest() - at;
    return since >= 0 && since < MOMENT;
  }

  #isOver(sha256: Sha256): boolean {
    const marked = this.#marked.get(sha256);
    return marked !== undefined && marked.until < this.#options.time.earliest();
  }

  async #forget(sha256: Sha256): Promise<void> {
    if (!this.#marked.delete(sha256)) return;
    await rm(join(this.#options.folder, sha256), { force: true });
  }
}
