import { OnnxError } from '../errors.ts';
import type { InferenceResult } from './inference-messages.ts';

/** All that anyone asks of a model. */
const TOLD: readonly string[] = ['logits', 'embedding'];
/** Of one of them, for a picture. */
const MOST_NUMBERS = 2 ** 20;

/** Of a tensor of the runtime. */
interface Output {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/**
 * Which of a model's outputs leave its process: what else a model from a stranger computes, it
 * keeps.
 * @throws OnnxError `ONNX_INVALID` for one without any
 */
export function toldNames(names: readonly string[]): string[] {
  const told = names.filter((name) => TOLD.includes(name));
  if (told.length > 0) return told;
  const received = JSON.stringify(names.slice(0, 4).map((name) => name.slice(0, 80)));
  throw new OnnxError(
    'ONNX_INVALID',
    `Expected a model with an output called ${TOLD.join(' or ')}, received ${received}.`,
  );
}

/**
 * What is sent of a run. A model may leave the shapes of its outputs open, and who asks has no cap
 * on its memory.
 * @throws OnnxError `ONNX_INVALID`
 */
export function toldOutputs(
  results: Readonly<Record<string, Output>>,
  pictures: number,
): InferenceResult['outputs'] {
  const outputs = Object.entries(results).map(([name, { type, dims, data }]) => {
    const most = MOST_NUMBERS * pictures;
    const numbers = dims.reduce((product, size) => product * size, 1);
    if (type !== 'float32' || numbers > most) {
      throw new OnnxError(
        'ONNX_INVALID',
        `Expected at most ${most} numbers as ${name}, float32, received ${numbers} of type ${type}.`,
      );
    }
    return [name, { dims, data: data as Float32Array }] as const;
  });
  return Object.fromEntries(outputs);
}
