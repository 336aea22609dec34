import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSha256 } from '@edgeloop/disk';
import { InferenceProcess } from '@edgeloop/onnx';
import { type CropPlan, type Sha256, seconds, type TensorPlan } from '@edgeloop/protocol';
import { classFolder, type FrozenDataset } from '../dataset/frozen-dataset.ts';
import { CroppedSamples } from '../evaluate/cropped-samples.ts';
import { predict } from '../evaluate/evaluate.ts';
import { predictionLines } from '../package/prediction-lines.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import type { RetryOptions } from './retrying.ts';
import { type UploadPlace, uploadFile } from './upload-file.ts';

/** One executable form of a model, on this machine. */
export interface FetchedVariant {
  readonly path: string;
  readonly sha256: Sha256;
  readonly classes: readonly string[];
  readonly crop: CropPlan;
  readonly tensor: TensorPlan;
}

interface ChampionRun {
  readonly client: ControlPlaneClient;
  readonly place: UploadPlace;
  readonly retry: RetryOptions;
  readonly threads: number;
  /** Class folders of the dataset. */
  readonly set: string;
  readonly out: string;
}

/**
 * Runs the champion on the test side, as an agent would, and brings what it says to the control
 * plane.
 */
export async function predictAsChampion(
  { path, classes, crop, tensor }: FetchedVariant,
  frozen: FrozenDataset,
  { client, place, retry, threads, set, out }: ChampionRun,
): Promise<{ sha256: Sha256; bytes: number }> {
  const samples = await testSide(set, frozen);
  const session = new InferenceProcess({ modelPath: path, threads, deadline: seconds(300) });
  const stop = () => void session.close();
  retry.signal.addEventListener('abort', stop);
  try {
    await session.start();
    // As an agent does: a model from elsewhere may take one picture at a time, and no more.
    const one = new CroppedSamples(samples, crop, { atOnce: 1 });
    const predictions = await predict(session, one, tensor);
    await writeFile(out, predictionLines(samples, frozen.classes, classes, { int8: predictions }));
  } finally {
    retry.signal.removeEventListener('abort', stop);
    await session.close();
  }
  const [sha256, { size: bytes }] = [await fileSha256(out), await stat(out)];
  await uploadFile(client, place, out, { sha256, bytes }, retry);
  return { sha256, bytes };
}

async function testSide(set: string, { classes, sides }: FrozenDataset) {
  const samples = [];
  for (const label of classes.keys()) {
    const folder = classFolder(label);
    for (const sha256 of (await readdir(join(set, folder))).sort() as Sha256[]) {
      if (sides.get(sha256) !== 'test') continue;
      samples.push({ file: `${folder}/${sha256}`, path: join(set, folder, sha256), sha256, label });
    }
  }
  return samples;
}
