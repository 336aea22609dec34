import type { Provider } from '@edgeloop/onnx';

export interface CallLengthOptions {
  readonly provider: Provider;
  readonly size: number;
  /** Pictures a step. */
  readonly batch: number;
}

/** Pictures of a call on a GPU: with three calls made ahead, what waits stays within 256 MiB. */
const CALL_BYTES = 64 * 1024 * 1024;

/**
 * Progress, checkpoints and the end of a run come between calls. Weights go to a CUDA GPU and back
 * in each: 180 MB, some 20 ms.
 */
const CALL_MILLIS = 500;

/** The first calls compile kernels and look for algorithms: what they take says little. */
const FIRST_STEPS = 2;

/**
 * How many steps a call of the engine has. On the CPU a fixed number. GPUs differ a hundredfold:
 * there, as many as half a second takes by the calls so far. Results do not depend on it.
 */
export class CallLength {
  readonly #most: number;
  readonly #fixed: boolean;
  #steps: number;

  constructor({ provider, size, batch }: CallLengthOptions) {
    this.#fixed = provider === 'cpu';
    const ofBytes = Math.max(1, Math.floor(CALL_BYTES / (batch * size * size * 3)));
    this.#most = this.#fixed ? stepsOfASecond(size, batch) : ofBytes;
    this.#steps = this.#fixed ? this.#most : Math.min(FIRST_STEPS, ofBytes);
  }

  /** Of any call. */
  get most(): number {
    return this.#most;
  }

  /** Of the next call. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Learns from a call. Lengths at most double: a call's fixed costs make its steps seem longer
   * than those of a longer one.
   */
  took(steps: number, millis: number): void {
    if (this.#fixed) return;
    const wanted = Math.min(Math.floor((CALL_MILLIS * steps) / millis), 2 * steps);
    this.#steps = Math.min(this.#most, Math.max(1, wanted));
  }
}

/** On two cores. Weights and their updates cost as much as 16 pictures of 64². */
function stepsOfASecond(size: number, batch: number): number {
  return Math.max(1, Math.round(180 / (16 + batch * (size / 64) ** 2)));
}
