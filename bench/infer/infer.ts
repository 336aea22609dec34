import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportResNet18, type InferenceProcess, initialResNet18, quantize } from '@edgeloop/onnx';
import { IMAGENET_MEAN, IMAGENET_STD, seededRandom } from '@edgeloop/protocol';
import { children } from '../children.ts';
import { type BenchResult, type Bound, median } from '../measure.ts';
import { Peer } from '../peer.ts';
import { atFullSpeed, FLOAT, RUNS, roundTrip, SIZE, startSession } from '../round-trip.ts';
import { type Int8Peak, PeakMeter } from './int8-peak.ts';
import { startNcnn } from './ncnn.ts';
import { pin } from './pin.ts';

const ROUNDS = 9;
/** Multiplications and additions of a ResNet18 at 224². */
const OPERATIONS = 3.63e9;

interface Round {
  readonly fp32: number;
  readonly int8: number;
  /** Of it, within the runtime. */
  readonly within: number;
  /** Of one picture that comes alone. */
  readonly roundTrip: number;
  readonly pytorch: number;
  readonly ncnn: number;
}

/**
 * The agent's INT8 step, in its own inference process and with the way there, one picture after
 * another, against its FP32, against static INT8 of the same network in PyTorch and ncnn, and
 * against what the processor's INT8 products give at most. All take turns on the same pinned cores.
 * Random weights: the time does not depend on them.
 */
export async function benchInfer(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
  const weights = initialResNet18({ classes: 1000, seed: 1 });
  const picture = randomPicture();
  const pytorch = Peer.start('pytorch-infer.py');
  const ncnn = await startNcnn(folder, weights, picture);
  const meter = PeakMeter.start(folder);
  try {
    const model = exportResNet18(weights, { size: SIZE, classes: 1000 });
    const int8 = await quantize(model, [picture], {
      size: SIZE,
      mean: IMAGENET_MEAN,
      std: IMAGENET_STD,
      threads: 2,
      method: 'minmax',
    });
    await writeFile(join(folder, 'fp32.onnx'), model);
    await writeFile(join(folder, 'int8.onnx'), int8.model);
    const figures: Record<string, string | number>[] = [];
    const bounds: Bound[] = [];
    for (const threads of [1, 2]) {
      const peak = (await meter?.measure(threads)) ?? null;
      const before = new Set(children());
      const sessions = await Promise.all(
        ['fp32', 'int8'].map((name) => startSession(join(folder, `${name}.onnx`), threads)),
      );
      const [float, quantized] = sessions as [InferenceProcess, InferenceProcess];
      for (const own of children().filter((pid) => !before.has(pid))) pin(own, threads);
      const chosen = await pytorch?.ask<{ form: string }>({ threads });
      await ncnn?.ask({ threads });
      if (ncnn) pin(ncnn.pid, threads);
      const rounds: Round[] = [];
      // Side by side within a round: a busy machine slows all of them.
      for (let round = 0; round < ROUNDS; round++) {
        const fp32 = (await atFullSpeed(float, picture, FLOAT)).millis;
        const { millis, withinMillis } = await atFullSpeed(quantized, picture, int8.tensorPlan);
        rounds.push({
          fp32,
          int8: millis,
          within: withinMillis,
          roundTrip: await roundTrip(quantized, picture, int8.tensorPlan),
          pytorch: await millisOf(pytorch),
          ncnn: await millisOf(ncnn),
        });
      }
      await Promise.all(sessions.map((session) => session.close()));
      const ofRounds = (pick: (round: Round) => number) => median(rounds.map(pick));
      const int8Millis = ofRounds((round) => round.int8);
      figures.push({
        threads,
        fp32Millis: ofRounds(({ fp32 }) => fp32),
        int8Millis,
        int8WithinMillis: ofRounds(({ within }) => within),
        int8RoundTripMillis: ofRounds(({ roundTrip }) => roundTrip),
        ...(pytorch && { pytorchInt8Millis: ofRounds((round) => round.pytorch) }),
        ...(chosen && { pytorchForm: chosen.form }),
        ...(ncnn && { ncnnInt8Millis: ofRounds((round) => round.ncnn) }),
        ...timesOfPeak(int8Millis, peak),
      });
      bounds.push({
        name: `INT8 / FP32, threads ${threads}`,
        most: 0.5,
        value: ofRounds(({ int8, fp32 }) => int8 / fp32),
      });
      if (pytorch) {
        bounds.push({
          name: `INT8 / PyTorch's INT8, threads ${threads}`,
          most: 1,
          value: ofRounds((round) => round.int8 / round.pytorch),
        });
      }
      if (ncnn) {
        bounds.push({
          name: `INT8 / ncnn's INT8, threads ${threads}`,
          most: 0.6,
          value: ofRounds((round) => round.int8 / round.ncnn),
        });
      }
    }
    return { bench: 'infer', figures, bounds };
  } finally {
    pytorch?.close();
    ncnn?.close();
    meter?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function randomPicture(): Uint8Array {
  const picture = new Uint8Array(SIZE * SIZE * 3);
  const random = seededRandom(1);
  for (let i = 0; i < picture.length; i++) picture[i] = random.between(0, 256);
  return picture;
}

async function millisOf(peer: Peer | null): Promise<number> {
  return peer ? (await peer.ask<{ millis: number }>({ runs: RUNS })).millis : Number.NaN;
}

/**
 * The time as a multiple of what the network's products alone would take at the processor's peak,
 * of vectors and of tiles.
 */
function timesOfPeak(millis: number, peak: Int8Peak | null): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const kind of ['vector', 'tiles'] as const) {
    const operations = peak?.[kind];
    if (!operations) continue;
    figures[`${kind}PeakGops`] = Math.round(operations / 1e9);
    figures[`timesOf${kind === 'vector' ? 'Vector' : 'Tiles'}Peak`] =
      (millis / 1000) * (operations / OPERATIONS);
  }
  return figures;
}
