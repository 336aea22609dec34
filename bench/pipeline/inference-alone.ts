import { setTimeout as delay } from 'node:timers/promises';
import { decodeCrop } from '@edgeloop/imaging';
import type { LoadedPackage } from '@edgeloop/onnx';
import { median } from '../measure.ts';
import { startSession } from '../round-trip.ts';

/** A package's model in a process as an agent has one, of one thread, over one picture. */
export async function inferenceAlone(loaded: LoadedPackage, picture: Uint8Array) {
  const { modelPath, tensorPlan, cropPlan } = loaded;
  const session = await startSession(modelPath, 1);
  const crops = [await decodeCrop(picture, cropPlan)];
  const input = { crops, size: cropPlan.crop, plan: tensorPlan };
  return {
    /** Median milliseconds within the runtime where a frame comes so often. */
    async paced(runs: number, every: number): Promise<number> {
      const times: number[] = [];
      const begun = performance.now();
      for (let run = 0; run < runs; run++) {
        await delay(Math.max(0, begun + run * every - performance.now()));
        times.push((await session.run(input)).inferenceMillis);
      }
      return median(times);
    },
    /** One after another: mean milliseconds within the runtime, and of the whole round trip. */
    async full(runs: number): Promise<{ inference: number; round: number }> {
      let inference = 0;
      const begun = performance.now();
      for (let run = 0; run < runs; run++) inference += (await session.run(input)).inferenceMillis;
      return { inference: inference / runs, round: (performance.now() - begun) / runs };
    },
    close: () => session.close(),
  };
}
