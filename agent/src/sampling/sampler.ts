import type { BootId, CameraId, EpochMillis, Sha256, SlotId } from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';
import { leader } from '../decide/leader.ts';
import { admit } from './admit.ts';
import { Observer } from './observe/observer.ts';
import { reasonsFor } from './policies/policies.ts';
import type { SampleCounters } from './sample-counters.ts';
import { type KeepOutcome, OVER_BUDGET, type SampleKeeper } from './sample-keeper.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** A frame that was classified. */
export interface ClassifiedFrame {
  readonly camera: CameraId;
  readonly slot: SlotId;
  readonly model: Sha256;
  /** That was tuned on the device and decides in place of the model's own. */
  readonly head?: Sha256;
  readonly classes: readonly string[];
  readonly frame: Frame;
  /** Softmax, in the order of the classes. */
  readonly scores: readonly number[];
  readonly embedding: ArrayLike<number> | null;
  /** A candidate looked at it, too, and said something else. */
  readonly disagreed: boolean;
}

export interface SamplerOptions {
  readonly keeper: SampleKeeper;
  readonly counters: SampleCounters;
  readonly bootId: BootId;
  readonly now: () => EpochMillis;
  readonly plan: SamplingPlan;
}

type Settle = (outcome: KeepOutcome) => void;

/** Requests that wait for a camera's next frame; one more is refused. */
const MAX_REQUESTS = 16;

/** Looks at every classified frame and picks what is worth a label. Never waits. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #observer = new Observer();
  readonly #frames = new Map<CameraId, number>();
  readonly #requests = new Map<CameraId, Settle[]>();
  #plan: SamplingPlan;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#plan = options.plan;
  }

  /** From the next frame on. */
  use(plan: SamplingPlan): void {
    this.#plan = plan;
  }

  /**
   * Keeps the next frame of a camera. Settles when it is written, or with why it is not; with the
   * signal, never.
   */
  request(camera: CameraId, signal: AbortSignal): Promise<KeepOutcome> {
    return new Promise((resolve) => {
      const waiting = this.#requests.get(camera) ?? [];
      if (waiting.length >= MAX_REQUESTS) {
        resolve({ passed: 'too many requests wait for a frame of this camera' });
        return;
      }
      this.#requests.set(camera, [...waiting, resolve]);
      const forget = () => {
        const left = (this.#requests.get(camera) ?? []).filter((settle) => settle !== resolve);
        this.#requests.set(camera, left);
        resolve({ passed: 'the camera showed no frame in time' });
      };
      signal.addEventListener('abort', forget, { once: true });
    });
  }

  /** Whether somebody waits for its next frame. */
  isAsked(camera: CameraId): boolean {
    return (this.#requests.get(camera) ?? []).length > 0;
  }

  consider(classified: ClassifiedFrame): void {
    const { keeper, counters, bootId, now } = this.#options;
    const { camera, classes, frame, scores, embedding, disagreed } = classified;
    const number = (this.#frames.get(camera) ?? 0) + 1;
    this.#frames.set(camera, number);
    const plan = this.#plan;
    const label = classes[leader(scores)] as string;
    const facts = this.#observer.observe(
      { frameId: `${bootId}/${camera}/${number}`, camera, label, scores, embedding },
      plan.changed?.distance ?? Number.POSITIVE_INFINITY,
    );
    const requests = this.#takeRequests(camera);
    const reasons = reasonsFor({ ...facts, disagreed, requested: requests.length > 0 }, plan);
    if (reasons.length === 0) return;
    const settle: Settle = (outcome) => {
      for (const request of requests) request(outcome);
    };
    const burst = keeper.burstOf(camera);
    const admission = admit(reasons, burst, keeper.ledger, plan, frame.capturedAt, now());
    if ('passed' in admission) {
      counters[admission.passed] += 1;
      settle({ passed: OVER_BUDGET });
      return;
    }
    const { margin, entropy } = facts;
    keeper.offer({
      ...classified,
      label,
      margin,
      entropy,
      settle,
      reasons: admission.reasons,
      oneIn: plan.random?.oneIn ?? null,
      budgets: plan.budgets,
    });
  }

  #takeRequests(camera: CameraId): readonly Settle[] {
    const requests = this.#requests.get(camera) ?? [];
    if (requests.length > 0) this.#requests.set(camera, []);
    return requests;
  }
}
