import { setTimeout as delay } from 'node:timers/promises';
import { decodeCrop } from '@edgeloop/imaging';
import type { CropPlan } from '@edgeloop/protocol';
import { median } from '../measure.ts';

/**
 * Median milliseconds of decoding and cutting a picture, with nothing else beside it, where one
 * comes so often.
 */
export async function decodeAlone(
  pictures: readonly Uint8Array[],
  plan: CropPlan,
  { runs, every }: { runs: number; every: number },
): Promise<number> {
  const times: number[] = [];
  const begun = performance.now();
  for (let run = 0; run < runs; run++) {
    await delay(Math.max(0, begun + run * every - performance.now()));
    const asked = performance.now();
    await decodeCrop(pictures[run % pictures.length] as Uint8Array, plan);
    times.push(performance.now() - asked);
  }
  return median(times);
}
