import {
  type Head,
  OnnxError,
  OnnxTrainingEngine,
  PLAIN_TRAINING,
  type Weights,
} from '@edgeloop/onnx';
import { changed, ofStandardized, standardizationOf, standardized } from './standardize.ts';

interface Row {
  readonly embedding: Float32Array;
  /** Class index. */
  readonly truth: number;
}

/** Full batches: what is learnt depends on the pictures alone. */
const STEPS = 200;
/** Of one call: each step has its own copy of the rows. */
const STEPS_A_CALL = 10;
/** Half of what would still be stable on rows of mean length 1, whose loss curves by 1 at most. */
const RATE = 1;
/** What pulls the head back to the model's own, from little to so much that it hardly changes. */
export const DECAYS = [0.01, 0.03, 0.1, 0.3] as const;
/** Of our models: the engine's head takes no other. */
const WIDTH = 512;

/**
 * A head that starts as the model's own and is changed as little as the rows ask for, by the
 * training engine.
 * @throws OnnxError `ONNX_UNSUPPORTED`, `TRAINING_DIVERGED`, `SESSION_FAILED`
 */
export async function learnHead(own: Head, rows: readonly Row[], decay: number): Promise<Head> {
  const [classes = 0, width] = own.weight.dims;
  if (width !== WIDTH) {
    const message = `Expected an embedding of ${WIDTH} features, as our models have, received ${width}.`;
    throw new OnnxError('ONNX_UNSUPPORTED', message);
  }
  const by = standardizationOf(rows.map(({ embedding }) => embedding));
  const engine = new OnnxTrainingEngine({
    ...PLAIN_TRAINING,
    network: 'head change',
    size: 0,
    classes,
    batch: rows.length,
    threads: 1,
    weightDecay: decay,
    init: weightsOf(ofStandardized(own, by)),
  });
  try {
    await engine.start();
    const examples = repeated(rows.map(({ embedding }) => standardized(embedding, by)));
    const labels = Int32Array.from(
      { length: STEPS_A_CALL * rows.length },
      (_, i) => rows[i % rows.length]?.truth ?? 0,
    );
    const learningRates = new Float32Array(STEPS_A_CALL).fill(RATE);
    for (let step = 0; step < STEPS; step += STEPS_A_CALL) {
      await engine.train({ examples, labels, learningRates });
    }
    return changed(own, headOf(await engine.weights()), by);
  } finally {
    await engine.close();
  }
}

const weightsOf = ({ weight, bias }: Head): Weights =>
  new Map([
    ['fc.weight', weight],
    ['fc.bias', bias],
  ]);

function headOf(weights: Weights): Head {
  const [weight, bias] = [weights.get('fc.weight'), weights.get('fc.bias')];
  if (weight && bias) return { weight, bias };
  throw new OnnxError('WEIGHTS_INVALID', 'Expected the last layer from the engine, received none.');
}

function repeated(rows: readonly Float32Array[]): Float32Array {
  const once = new Float32Array(rows.length * WIDTH);
  rows.forEach((row, i) => {
    once.set(row, i * WIDTH);
  });
  const all = new Float32Array(STEPS_A_CALL * once.length);
  for (let step = 0; step < STEPS_A_CALL; step++) all.set(once, step * once.length);
  return all;
}
