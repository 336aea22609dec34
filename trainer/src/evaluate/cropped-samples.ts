import { readFile } from 'node:fs/promises';
import { decodeCrop } from '@edgeloop/imaging';
import { type CropPlan, mebibytes } from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';

type CroppedSample = Pick<Sample, 'path' | 'label'>;

const AT_ONCE = 16;
/** 1,700 crops at 224². */
const MEMORY = mebibytes(256);

interface CroppedSamplesOptions {
  /** Bytes: crops are kept when all of a side fit. */
  readonly memory?: number;
  /** Samples that are decoded, and given, at a time. */
  readonly atOnce?: number;
}

/**
 * Samples as a model sees them when it is not training: decoded from their files and cropped as the
 * agent does. Kept after the first time where all of them fit into a bound, otherwise made again
 * each time.
 */
export class CroppedSamples {
  readonly samples: readonly CroppedSample[];
  readonly plan: CropPlan;
  readonly #atOnce: number;
  readonly #kept: Uint8Array[] | null;

  constructor(
    samples: readonly CroppedSample[],
    plan: CropPlan,
    { memory = MEMORY, atOnce = AT_ONCE }: CroppedSamplesOptions = {},
  ) {
    this.samples = samples;
    this.plan = plan;
    this.#atOnce = atOnce;
    this.#kept = samples.length * plan.crop ** 2 * 3 <= memory ? [] : null;
  }

  /** `uint8[crop, crop, 3]` each, some at a time, in the order of the samples. */
  async *batches(): AsyncGenerator<readonly Uint8Array[]> {
    for (let from = 0; from < this.samples.length; from += this.#atOnce) {
      const to = Math.min(from + this.#atOnce, this.samples.length);
      const kept = this.#kept?.slice(from, to) ?? [];
      yield kept.length === to - from ? kept : await this.#crop(from, to);
    }
  }

  async #crop(from: number, to: number): Promise<Uint8Array[]> {
    const crops = await Promise.all(
      this.samples
        .slice(from, to)
        .map(async ({ path }) => decodeCrop(await readFile(path), this.plan)),
    );
    crops.forEach((crop, i) => {
      if (this.#kept) this.#kept[from + i] = crop;
    });
    return crops;
  }
}
