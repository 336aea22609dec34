import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cropFrame, decodeCrop, drawSample, encodeJpeg, type RawImage } from '@edgeloop/imaging';
import { exportResNet18, initialResNet18, quantize } from '@edgeloop/onnx';
import {
  epochMillis,
  evaluationCrop,
  IMAGENET_MEAN,
  IMAGENET_STD,
  millis,
} from '@edgeloop/protocol';
import type { FrameImage } from '../agent/src/camera/frame.ts';
import { MotionGate } from '../agent/src/look/motion/motion-gate.ts';
import { children } from './children.ts';
import { type BenchResult, type Bound, median } from './measure.ts';
import { processUsage } from './rollout/process-usage.ts';
import { RUNS, roundTrip, SIZE, startSession } from './round-trip.ts';

const ROUNDS = 5;
/** Of a round. */
const FRAMES = 20;
/** Of a JPEG the codes are read in full, however little is transformed. */
const MOST = { raw: 0.15, jpeg: 0.6 } as const;
const CONFIG = {
  threshold: 16,
  area: 0.005,
  hold: millis(5_000),
  atLeastEvery: millis(1e9),
  masks: [],
};

/**
 * What a frame costs that the motion gate holds back, against one that is decoded, cut and
 * classified (INT8, one thread): processor time, which a busy machine does not stretch as it does
 * the clock. On Linux.
 */
export async function benchMotion(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
  try {
    const scene = await drawSample(5, 'scratch');
    const model = exportResNet18(initialResNet18({ classes: 4, seed: 1 }), {
      size: SIZE,
      classes: 4,
    });
    const picture = await cropFrame(scene, evaluationCrop(SIZE));
    const int8 = await quantize(model, [picture], {
      size: SIZE,
      mean: IMAGENET_MEAN,
      std: IMAGENET_STD,
      threads: 2,
      method: 'minmax',
    });
    const path = join(folder, 'int8.onnx');
    await writeFile(path, int8.model);
    const session = await startSession(path, 1);
    const child = children().at(-1) as number;
    const inferenceMillis = async () => {
      const before = processUsage(child).cpuSeconds;
      await roundTrip(session, picture, int8.tensorPlan);
      // With the two that it runs first.
      return (1000 * (processUsage(child).cpuSeconds - before)) / (RUNS + 2);
    };
    const figures: Record<string, string | number>[] = [];
    const bounds: Bound[] = [];
    for (const [width, height] of [
      [640, 480],
      [1920, 1080],
    ] as const) {
      const raw = tiled(scene, width, height);
      const jpeg = { kind: 'encoded', bytes: await encodeJpeg(raw, 90) } as const;
      for (const [kind, image] of [
        ['raw', { kind: 'raw', ...raw }],
        ['jpeg', jpeg],
      ] as const) {
        const rounds: { gated: number; cut: number; inferred: number }[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          rounds.push({
            gated: await gatedMillis(image),
            cut: await meanMillis(() => crop(image)),
            inferred: await inferenceMillis(),
          });
        }
        const ofRounds = (pick: (round: (typeof rounds)[number]) => number) =>
          median(rounds.map(pick));
        const frame = `${width}x${height} ${kind}`;
        figures.push({
          frame,
          gatedMillis: ofRounds(({ gated }) => gated),
          cutMillis: ofRounds(({ cut }) => cut),
          inferenceMillis: ofRounds(({ inferred }) => inferred),
        });
        const share = ofRounds(({ gated, cut, inferred }) => gated / (cut + inferred));
        bounds.push({ name: `gated / inferred, ${frame}`, value: share, most: MOST[kind] });
      }
    }
    await session.close();
    return { bench: 'motion', figures, bounds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nothing moves: after the first frame none passes. */
async function gatedMillis(image: FrameImage): Promise<number> {
  const gate = new MotionGate(CONFIG, { region: null, masks: [] });
  let at = 0;
  const show = () => {
    at += 100;
    return gate.admits({ image, capturedAt: epochMillis(at), monotonic: millis(at) }, false);
  };
  await show();
  return meanMillis(async () => {
    if (await show()) throw new Error('Expected a still frame to be held back, it passed.');
  });
}

const crop = (image: FrameImage) =>
  image.kind === 'raw'
    ? cropFrame(image, evaluationCrop(SIZE))
    : decodeCrop(image.bytes, evaluationCrop(SIZE));

/** Of the processor. */
async function meanMillis(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < FRAMES; i++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / FRAMES;
}

/** The scene again and again, up to a size. */
function tiled({ data, width, height }: RawImage, wide: number, high: number): RawImage {
  const all = new Uint8Array(3 * wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x += width) {
      const from = 3 * (y % height) * width;
      const row = data.subarray(from, from + 3 * Math.min(width, wide - x));
      all.set(row, 3 * (y * wide + x));
    }
  }
  return { data: all, width: wide, height: high };
}
