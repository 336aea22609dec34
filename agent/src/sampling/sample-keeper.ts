import { join } from 'node:path';
import {
  type BootId,
  type BurstId,
  type CameraId,
  type EpochMillis,
  encodeEmbedding,
  MAX_SAMPLE_BYTES,
  type SampleReason,
  type SampleRecord,
  type Sha256,
  type SlotId,
  timestamp,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Frame } from '../camera/frame.ts';
import { beginAnew, StateFile } from '../state/state-file.ts';
import { putToAccount } from './admit.ts';
import { type Burst, placeInBurst } from './burst.ts';
import { type EncodedPicture, encodePicture } from './encode-picture.ts';
import type { Ledger } from './ledger.ts';
import type { SampleCounters } from './sample-counters.ts';
import type { Budgets } from './sampling-plan.ts';
import { NEW_STATE, SamplingState } from './sampling-state.ts';
import type { SampleStore } from './store/sample-store.ts';

/** A frame that is to be kept, with what the model said of it. */
export interface Candidate {
  readonly frame: Frame;
  readonly camera: CameraId;
  readonly slot: SlotId;
  readonly model: Sha256;
  /** That was tuned on the device and decides in place of the model's own. */
  readonly head?: Sha256;
  readonly classes: readonly string[];
  readonly scores: readonly number[];
  readonly label: string;
  readonly margin: number;
  readonly entropy: number;
  readonly embedding: ArrayLike<number> | null;
  readonly reasons: readonly SampleReason[];
  /** The rate of the draw, if any. */
  readonly oneIn: number | null;
  readonly budgets: Budgets;
  /** What became of it. */
  readonly settle: (outcome: KeepOutcome) => void;
}

/** The digest of the sample, also when the same picture was kept before; or why there is none. */
export type KeepOutcome = { readonly kept: Sha256 } | { readonly passed: string };

export interface SampleKeeperOptions {
  /** Folder of the state's file. */
  readonly folder: string;
  readonly store: SampleStore;
  readonly bootId: BootId;
  readonly counters: SampleCounters;
  readonly now: () => EpochMillis;
  readonly newId: () => BurstId;
  readonly onKept: (record: SampleRecord) => void;
  readonly log: Logger;
}

/**
 * Frames that wait to be encoded and written; one more is dropped. A raw frame of 1080 lines has 6
 * MB.
 */
const MAX_WAITING = 4;
/**
 * More places for frames that were drawn: to drop those when much happens would make the draw
 * unfair.
 */
const PLACES_FOR_DRAWN = 4;
/** Embeddings of more floats than any classifier has stay on the device. */
const LONGEST_EMBEDDING = 4_096;

/**
 * Encodes, puts to account and writes what is to be kept: one after another, off the way of the
 * frames.
 */
export class SampleKeeper {
  readonly #options: SampleKeeperOptions;
  readonly #file: StateFile<typeof SamplingState>;
  #state: SamplingState = NEW_STATE;
  #waiting = 0;
  #failing = false;
  #done: Promise<void> = Promise.resolve();

  constructor(options: SampleKeeperOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, 'sampling.json'), SamplingState);
  }

  get ledger(): Ledger {
    return this.#state.ledger;
  }

  /** The burst that is open, or was last. */
  burstOf(camera: CameraId): Burst | undefined {
    return this.#state.bursts[camera];
  }

  /** @throws AgentError `STATE_UNUSABLE` */
  async start(): Promise<void> {
    await this.#options.store.open();
    this.#state = (await this.#file.read().catch(beginAnew(this.#options.log))) ?? NEW_STATE;
  }

  /** Returns at once. */
  offer(candidate: Candidate): void {
    const { counters, newId } = this.#options;
    const drawn = candidate.reasons[0] === 'random';
    if (this.#waiting >= MAX_WAITING + (drawn ? PLACES_FOR_DRAWN : 0)) {
      counters.dropped += 1;
      candidate.settle({ passed: 'too many frames wait to be written' });
      return;
    }
    const { camera, frame } = candidate;
    // Now: the next frame of the camera is to see that it comes soon after this one.
    const burst = placeInBurst(this.burstOf(camera), frame.capturedAt, newId);
    this.#state = { ...this.#state, bursts: { ...this.#state.bursts, [camera]: burst } };
    this.#waiting += 1;
    this.#done = this.#done.then(async () => {
      candidate.settle(await this.#keep(candidate, burst.id));
      this.#waiting -= 1;
    });
  }

  /** What waits is written. */
  async close(): Promise<void> {
    await this.#done;
  }

  async #keep(candidate: Candidate, burst: BurstId): Promise<KeepOutcome> {
    const { counters, log } = this.#options;
    try {
      const outcome = await this.#write(candidate, await encodePicture(candidate.frame), burst);
      this.#failing = false;
      return outcome;
    } catch (error) {
      counters.failed += 1;
      // Once, not for each frame: the disk is full enough.
      if (!this.#failing) log.error({ error: (error as Error).message }, 'sample not kept');
      this.#failing = true;
      return { passed: `it could not be written: ${(error as Error).message}` };
    }
  }

  async #write(
    candidate: Candidate,
    picture: EncodedPicture,
    burst: BurstId,
  ): Promise<KeepOutcome> {
    const { store, counters, now, onKept } = this.#options;
    const { sha256, bytes } = picture;
    if (store.knows(sha256)) {
      counters.duplicates += 1;
      return { kept: sha256 };
    }
    if (bytes.length > MAX_SAMPLE_BYTES) {
      counters.failed += 1;
      return { passed: `its picture has more than ${MAX_SAMPLE_BYTES} bytes` };
    }
    const { reasons, budgets } = candidate;
    const charged = putToAccount(reasons, this.ledger, budgets, bytes.length, now());
    if (!charged) {
      counters.overBudget += 1;
      return { passed: OVER_BUDGET };
    }
    this.#state = { ...this.#state, ledger: charged.ledger };
    // Before the picture: a crash between the two may cost a sample of the budget, never more than
    // the budget.
    await this.#file.write(this.#state);
    const record = this.#record({ ...candidate, reasons: charged.reasons }, picture, burst);
    const put = await store.put(record, bytes);
    if (put === 'no room') return { passed: 'there is no room on the disk for samples' };
    counters.kept[charged.reasons[0] as SampleReason] += 1;
    onKept(record);
    return { kept: sha256 };
  }

  #record(candidate: Candidate, picture: EncodedPicture, burst: BurstId): SampleRecord {
    const { frame, classes, scores, embedding, oneIn, reasons } = candidate;
    const { camera, slot, model, head, label, margin, entropy } = candidate;
    const { sha256, mediaType, bytes, width, height } = picture;
    const unbiased = reasons[0] === 'random';
    return {
      sha256,
      mediaType,
      bytes: bytes.length,
      width,
      height,
      camera,
      slot,
      model,
      ...(head !== undefined && { head }),
      bootId: this.#options.bootId,
      capturedAt: timestamp(frame.capturedAt),
      reasons: [...reasons],
      unbiased,
      ...(unbiased && oneIn !== null && { oneIn }),
      label,
      margin,
      entropy,
      burst,
      scores: Object.fromEntries(classes.map((name, i) => [name, scores[i] as number])),
      ...(frame.name !== undefined && { source: frame.name }),
      ...(embedding &&
        embedding.length <= LONGEST_EMBEDDING && { embedding: encodeEmbedding(embedding) }),
    };
  }
}

/** Why a frame was passed over, in words for who asked for it. */
export const OVER_BUDGET = 'the budget of this hour or day is used up';
