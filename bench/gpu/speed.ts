import { OnnxTrainingEngine } from '@edgeloop/onnx';
import { CallLength } from '../../trainer/src/fit/call-length.ts';
import { median } from '../measure.ts';
import type { SpeedCase } from './cases.ts';
import { gpuMemory } from './gpu-memory.ts';
import { randomBatches, trainingOptions } from './training-case.ts';

/**
 * `speed.ts <case as JSON>`: one line of JSON with images a second of the engine, as the trainer
 * has it.
 */
const LEAST_MILLIS = 1500;
const MOST_CALLS = 15;
/**
 * Calls before those that count: they compile kernels, and become as long as the trainer would have
 * them.
 */
const [LEAST_FIRST, MOST_FIRST] = [2, 7];

const of = JSON.parse(process.argv[2] as string) as SpeedCase;
const length = new CallLength(of);
const batches = randomBatches(of, of.steps ?? length.most);
const engine = new OnnxTrainingEngine(trainingOptions(of));
let loss = Number.NaN;

async function call(): Promise<{ steps: number; millis: number }> {
  const steps = of.steps ?? length.steps;
  const some = batches(steps);
  const before = performance.now();
  const { losses } = await engine.train(some);
  const millis = performance.now() - before;
  length.took(steps, millis);
  loss = losses.at(-1) as number;
  return { steps, millis };
}

const begun = performance.now();
await engine.start();
const loadMillis = performance.now() - begun;
for (let first = 0; first < MOST_FIRST; first++) {
  const { steps } = await call();
  if (first + 1 >= LEAST_FIRST && steps === (of.steps ?? length.steps)) break;
}
const stepMillis: number[] = [];
let steps = 0;
for (
  let total = 0;
  stepMillis.length < 3 || (total < LEAST_MILLIS && stepMillis.length < MOST_CALLS);
) {
  const { steps: count, millis } = await call();
  stepMillis.push(millis / count);
  total += millis;
  steps = count;
}
const gpuMiB = of.provider === 'cpu' ? null : gpuMemory();
await engine.close();
const each = median(stepMillis);
process.stdout.write(
  `${JSON.stringify({ imagesPerSecond: (1000 * of.batch) / each, stepMillis: each, steps, loadMillis, calls: stepMillis.length, gpuMiB, loss })}\n`,
);
