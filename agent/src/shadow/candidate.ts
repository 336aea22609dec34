import type { LoadedPackage } from '@edgeloop/onnx';
import type { Reason, Shadow } from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';
import { leader } from '../decide/leader.ts';
import type { ModelSlot } from '../model/model-slot.ts';
import { admitFrame } from './admit-frame.ts';
import { countComparison, newShadowTotals, type ShadowTotals } from './shadow-totals.ts';

/** What the model that decides made of a frame. */
export interface ShadowFrame {
  readonly frame: Frame;
  /** After the crop plan of the model that decides. */
  readonly crop: Uint8Array;
  readonly active: ModelSlot;
  readonly scores: readonly number[];
  /** A newer frame waits for the model that decides. */
  readonly behind: boolean;
}

export interface CandidateOptions {
  /** In a process of its own, started. */
  readonly model: ModelSlot;
  readonly every: number;
  /** Null: the device does not say. */
  readonly celsius: () => number | null;
  readonly maxCelsius: number;
  /** It failed again and again, and looks at nothing more. */
  readonly onBroken: (reason: Reason) => void;
}

/** Crashes and missed deadlines in a row. */
const MAX_FAILURES = 3;

/**
 * A model that only looks on. It has one frame in hand at most, and what comes meanwhile is passed
 * over: the model that decides never waits for it.
 */
export class Candidate {
  readonly #options: CandidateOptions;
  #every: number;
  #seen = 0;
  #inHand = false;
  #failures = 0;
  #broken = false;
  /** Of comparisons with one model: another that decides begins them anew. */
  #active: Pick<Shadow['slots'][string], 'active' | 'head'> | null = null;
  #totals: ShadowTotals = newShadowTotals();

  constructor(options: CandidateOptions) {
    this.#options = options;
    this.#every = options.every;
  }

  set every(every: number) {
    this.#every = every;
  }

  /** Null: there was no frame yet. */
  get totals(): Shadow['slots'][string] | null {
    const candidate = this.#options.model.loaded.digest;
    if (this.#active === null) return null;
    return { ...this.#active, candidate, every: this.#every, ...this.#totals };
  }

  /**
   * Shown every frame that was classified.
   * @returns null: it does not look; else whether it says something else
   */
  look(seen: ShadowFrame): Promise<boolean> | null {
    if (this.#broken) return null;
    this.#compareWith(seen.active.loaded);
    this.#seen += 1;
    const { celsius, maxCelsius } = this.#options;
    const admission = admitFrame({
      number: this.#seen,
      every: this.#every,
      busy: this.#inHand || seen.behind,
      celsius: celsius(),
      maxCelsius,
    });
    if (admission === 'compare') return this.#compare(seen);
    if (admission !== 'not its turn') this.#totals.skipped[admission] += 1;
    return null;
  }

  async close(): Promise<void> {
    this.#broken = true;
    await this.#options.model.close();
  }

  #compareWith({ digest: active, head }: LoadedPackage): void {
    if (this.#active?.active === active && this.#active.head === head) return;
    this.#active = { active, ...(head !== undefined && { head }) };
    this.#totals = newShadowTotals();
  }

  async #compare({ frame, crop, active, scores }: ShadowFrame): Promise<boolean> {
    const totals = this.#totals;
    const { model } = this.#options;
    this.#inHand = true;
    try {
      const said = await model.classify(sameCrop(model, active) ? crop : await model.crop(frame));
      const label = active.loaded.classes[leader(scores)] as string;
      const agrees = model.loaded.classes[leader(said.scores)] === label;
      countComparison(totals, label, agrees, said.inferenceMillis);
      this.#failures = 0;
      return !agrees;
    } catch (error) {
      this.#fail(totals, error as Error);
      return false;
    } finally {
      this.#inHand = false;
    }
  }

  #fail(totals: ShadowTotals, error: Error): void {
    // What closing it cuts off is no failure.
    if (this.#broken) return;
    totals.failed += 1;
    this.#failures += 1;
    if (this.#failures < MAX_FAILURES) return;
    this.#broken = true;
    const message = `Expected the candidate to answer, it failed ${MAX_FAILURES} times in a row: ${error.message}`;
    this.#options.onBroken({ code: 'SHADOW_FAILED', message: message.slice(0, 1000) });
  }
}

/** To decode and crop once more costs as much as a small model. */
function sameCrop({ loaded: one }: ModelSlot, { loaded: other }: ModelSlot): boolean {
  return JSON.stringify(one.cropPlan) === JSON.stringify(other.cropPlan);
}
