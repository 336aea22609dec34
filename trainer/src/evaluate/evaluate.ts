import { readFile } from 'node:fs/promises';
import { decodeCrop } from '@edgeloop/imaging';
import { type InferenceProcess, softmax } from '@edgeloop/onnx';
import {
  allocateTensor,
  type CropPlan,
  type TensorPlan,
  tensorShape,
  writeTensor,
} from '@edgeloop/protocol';
import type { Sample } from '../dataset/image-folder.ts';
import type { Prediction } from './metrics.ts';

const BATCH = 16;

/** A sample as a model sees it when it is not training: decoded from the file and cropped as the agent does. */
export interface CroppedSample {
  readonly sample: Sample;
  /** `uint8[crop, crop, 3]`. */
  readonly crop: Uint8Array;
}

export async function cropSamples(
  samples: readonly Sample[],
  plan: CropPlan,
): Promise<CroppedSample[]> {
  const cropped: CroppedSample[] = [];
  for (let i = 0; i < samples.length; i += BATCH) {
    const some = samples.slice(i, i + BATCH).map(async (sample) => ({
      sample,
      crop: await decodeCrop(await readFile(sample.path), plan),
    }));
    cropped.push(...(await Promise.all(some)));
  }
  return cropped;
}

/** The model's prediction for each sample, in order. */
export async function predict(
  session: InferenceProcess,
  samples: readonly CroppedSample[],
  crop: number,
  tensorPlan: TensorPlan,
): Promise<(Prediction & { readonly logits: readonly number[] })[]> {
  const predictions = [];
  for (let i = 0; i < samples.length; i += BATCH) {
    const some = samples.slice(i, i + BATCH);
    const data = batchTensor(some, crop, tensorPlan);
    const { outputs } = await session.run({
      data,
      dims: tensorShape(tensorPlan, crop, some.length),
    });
    const all = outputs.logits?.data ?? new Float32Array();
    const classes = all.length / some.length;
    predictions.push(
      ...some.map(({ sample }, row) => {
        const logits = [...all.subarray(row * classes, (row + 1) * classes)];
        const predicted = logits.indexOf(Math.max(...logits));
        return { label: sample.label, predicted, scores: softmax(logits), logits };
      }),
    );
  }
  return predictions;
}

function batchTensor(
  samples: readonly CroppedSample[],
  crop: number,
  tensorPlan: TensorPlan,
): Uint8Array | Float32Array {
  const data = allocateTensor(tensorPlan, crop, samples.length);
  samples.forEach((sample, row) => {
    writeTensor(tensorPlan, crop, sample.crop, data, row);
  });
  return data;
}
