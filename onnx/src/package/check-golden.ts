import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CropPlan, ProtocolError } from '@edgeloop/protocol';
import type { InferenceProcess } from '../session/inference-process.ts';
import { softmax } from '../session/softmax.ts';
import type { LoadedPackage } from './load-package.ts';

/**
 * Bytes of a picture to the model's square crop, `uint8[crop, crop, 3]`: `decodeCrop` of imaging.
 */
export type DecodeCrop = (bytes: Uint8Array, plan: CropPlan) => Promise<Uint8Array>;

/**
 * Runs the package's golden cases on this machine, from JPEG bytes to scores: decoder,
 * preprocessing and runtime must give what they gave where the model was trained.
 * @throws ProtocolError `PACKAGE_GOLDEN_FAILED`
 */
export async function checkGolden(
  loaded: LoadedPackage,
  session: Pick<InferenceProcess, 'run'>,
  decodeCrop: DecodeCrop,
): Promise<void> {
  const { directory, manifest, cropPlan, tensorPlan, variant } = loaded;
  const { tolerance, cases } = manifest.golden;
  for (const { image, cropped, logits } of cases) {
    const crop = await decodeCrop(await readFile(join(directory, image.path)), cropPlan);
    const expectedCrop = await readFile(join(directory, cropped.path));
    const cropError = meanDifference(crop, expectedCrop);
    if (!(cropError <= tolerance.croppedMean)) {
      throw failed(
        `a mean difference of at most ${tolerance.croppedMean} for the crop of ${image.path}`,
        cropError,
      );
    }
    const pictures = { crops: [crop], size: cropPlan.crop, plan: tensorPlan };
    const { outputs } = await session.run(pictures);
    const scores = softmax(outputs.logits?.data ?? []);
    const expected = softmax(logits[variant] ?? []);
    const worst = Math.max(
      ...expected.map((score, i) => Math.abs(score - (scores[i] ?? Number.NaN))),
    );
    if (!(worst <= tolerance.score)) {
      throw failed(`scores within ${tolerance.score} for ${image.path}`, worst);
    }
  }
}

function failed(expected: string, received: number): ProtocolError {
  return new ProtocolError(
    'PACKAGE_GOLDEN_FAILED',
    `Expected ${expected}, received a difference of ${received}. This machine computes something else than the trainer did: do not use the model here.`,
  );
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.NaN;
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length;
}
