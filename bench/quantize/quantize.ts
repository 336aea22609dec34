import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCrop } from '@edgeloop/imaging';
import { quantize } from '@edgeloop/onnx';
import { evaluationCrop, IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import { type BenchResult, type Bound, median } from '../measure.ts';
import { FLOAT, roundTrip, SIZE, startSession } from '../round-trip.ts';
import { measureCalibration } from './calibration.ts';

const DATA = process.env.EDGELOOP_TEST_DATA ?? '../shared/data';
const ROUNDS = 7;

/**
 * INT8 against FP32 of a ResNet34 with real ImageNet weights, by `quantize` on 40 photos; and how
 * long a calibration on 500 takes.
 */
export async function benchQuantize(): Promise<BenchResult> {
  if (!existsSync(DATA)) {
    throw new Error(`Expected the real weights and photos of EDGELOOP_TEST_DATA in ${DATA}.`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-bench-'));
  try {
    const calibration = await measureCalibration(DATA, folder);
    const photos = join(DATA, 'imagenet-mini40');
    const files = (await readdir(photos)).filter((file) => /\.jpe?g$/i.test(file));
    const pictures = await Promise.all(
      files.map(async (file) =>
        decodeCrop(await readFile(join(photos, file)), evaluationCrop(SIZE)),
      ),
    );
    const fp32 = await readFile(join(DATA, 'weights/resnet34-imagenet-224.onnx'));
    const { model, tensorPlan, report } = await quantize(fp32, pictures, {
      size: SIZE,
      mean: IMAGENET_MEAN,
      std: IMAGENET_STD,
      threads: 2,
    });
    await writeFile(join(folder, 'fp32.onnx'), fp32);
    await writeFile(join(folder, 'int8.onnx'), model);
    const [picture] = pictures as [Uint8Array];
    const figures: Record<string, number>[] = [];
    const bounds: Bound[] = [];
    for (const threads of [1, 2]) {
      const float = await startSession(join(folder, 'fp32.onnx'), threads);
      const int8 = await startSession(join(folder, 'int8.onnx'), threads);
      const rounds: { fp32: number; int8: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        rounds.push({
          fp32: await roundTrip(float, picture, FLOAT),
          int8: await roundTrip(int8, picture, tensorPlan),
        });
      }
      await Promise.all([float.close(), int8.close()]);
      figures.push({
        threads,
        decibels: report.decibels,
        fp32Millis: median(rounds.map(({ fp32 }) => fp32)),
        int8Millis: median(rounds.map(({ int8 }) => int8)),
      });
      const ratio = median(rounds.map(({ int8, fp32 }) => int8 / fp32));
      bounds.push({ name: `INT8 / FP32, threads ${threads}`, value: ratio, most: 1 / 2.2 });
    }
    figures.push(calibration);
    if (calibration.pytorchSeconds !== undefined) {
      const value = (calibration.seconds as number) / calibration.pytorchSeconds;
      bounds.push({ name: "calibration / PyTorch's, seconds", value, most: 1 });
    }
    return { bench: 'quantize', figures, bounds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
