import { OnnxTrainingEngine } from '@edgeloop/onnx';
import { median } from '../measure.ts';
import type { SpeedCase } from './cases.ts';
import { randomBatches, trainingOptions } from './training-case.ts';

/** `speed.ts <case as JSON>`: one line of JSON with images a second of the engine, as the trainer has it. */
const LEAST_MILLIS = 1500;

const of = JSON.parse(process.argv[2] as string) as SpeedCase;
const batches = randomBatches(of);
const engine = new OnnxTrainingEngine(trainingOptions(of));
const begun = performance.now();
await engine.start();
const loadMillis = performance.now() - begun;
// Weights come back as inputs from the second call on, and the first compiles kernels.
for (let call = 0; call < 2; call++) await engine.train(batches);
const millis: number[] = [];
let loss = Number.NaN;
for (let total = 0; millis.length < 3 || (total < LEAST_MILLIS && millis.length < 15); ) {
  const before = performance.now();
  const { losses } = await engine.train(batches);
  millis.push(performance.now() - before);
  total += millis.at(-1) as number;
  loss = losses.at(-1) as number;
}
await engine.close();
const stepMillis = median(millis) / of.steps;
process.stdout.write(
  `${JSON.stringify({ imagesPerSecond: (1000 * of.batch) / stepMillis, stepMillis, loadMillis, calls: millis.length, loss })}\n`,
);
