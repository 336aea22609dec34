import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportResNet18, type InferenceProcess, initialResNet18, quantize } from '@edgeloop/onnx';
import { IMAGENET_MEAN, IMAGENET_STD, seededRandom } from '@edgeloop/protocol';
import { type BenchResult, type Bound, median } from './measure.ts';
import { Peer } from './peer.ts';
import { FLOAT, RUNS, roundTrip, SIZE, startSession } from './round-trip.ts';

const ROUNDS = 7;

/**
 * INT8 against FP32 through the agent's own inference process (time of the whole round trip), and against PyTorch's
 * static INT8 of the same network. Random weights: the time does not depend on them.
 */
export async function benchInfer(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
  const peer = Peer.start('pytorch-infer.py');
  try {
    const picture = new Uint8Array(SIZE * SIZE * 3);
    const random = seededRandom(1);
    for (let i = 0; i < picture.length; i++) picture[i] = random.between(0, 256);
    const model = exportResNet18(initialResNet18({ classes: 1000, seed: 1 }), {
      size: SIZE,
      classes: 1000,
    });
    const int8 = await quantize(model, [picture], {
      ...{ size: SIZE, mean: IMAGENET_MEAN, std: IMAGENET_STD, threads: 2, method: 'minmax' },
    });
    await writeFile(join(folder, 'fp32.onnx'), model);
    await writeFile(join(folder, 'int8.onnx'), int8.model);
    const figures: Record<string, number>[] = [];
    const bounds: Bound[] = [];
    for (const threads of [1, 2]) {
      const sessions = await Promise.all(
        ['fp32', 'int8'].map((name) => startSession(join(folder, `${name}.onnx`), threads)),
      );
      const [float, quantized] = sessions as [InferenceProcess, InferenceProcess];
      await peer?.ask({ threads });
      const rounds: { fp32: number; int8: number; pytorch: number }[] = [];
      // Side by side within a round: a busy machine slows all of them.
      for (let round = 0; round < ROUNDS; round++) {
        rounds.push({
          fp32: await roundTrip(float, picture, FLOAT),
          int8: await roundTrip(quantized, picture, int8.tensorPlan),
          pytorch: peer ? (await peer.ask<{ millis: number }>({ runs: RUNS })).millis : Number.NaN,
        });
      }
      await Promise.all(sessions.map((session) => session.close()));
      const ofRounds = (pick: (round: (typeof rounds)[number]) => number) =>
        median(rounds.map(pick));
      figures.push({
        threads,
        fp32Millis: ofRounds(({ fp32 }) => fp32),
        int8Millis: ofRounds(({ int8 }) => int8),
        ...(peer && { pytorchInt8Millis: ofRounds(({ pytorch }) => pytorch) }),
      });
      const ofFloat = ofRounds(({ int8, fp32 }) => int8 / fp32);
      bounds.push({ name: `INT8 / FP32, threads ${threads}`, value: ofFloat, most: 0.5 });
      if (!peer) continue;
      const ofPeer = ofRounds(({ int8, pytorch }) => int8 / pytorch);
      bounds.push({ name: `INT8 / PyTorch's INT8, threads ${threads}`, value: ofPeer, most: 1.1 });
    }
    return { bench: 'infer', figures, bounds };
  } finally {
    peer?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
