import { benchAccuracy } from './accuracy.ts';
import { benchBroker } from './broker.ts';
import { benchFineTuning } from './fine-tuning.ts';
import { benchInfer } from './infer.ts';
import { type BenchResult, holds, machine } from './measure.ts';
import { benchQuantize } from './quantize.ts';
import { benchTrain } from './train.ts';

/** `npm run bench -- <name> [--json]`. Ends with 1 where a promised bound does not hold. */
const BENCHES: Readonly<Record<string, () => Promise<BenchResult>>> = {
  accuracy: benchAccuracy,
  broker: benchBroker,
  'fine-tuning': benchFineTuning,
  infer: benchInfer,
  quantize: benchQuantize,
  train: benchTrain,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  const result = await bench();
  const bounds = result.bounds.map((bound) => ({ ...bound, holds: holds(bound) }));
  if (flags.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ ...result, bounds, machine: machine() })}\n`);
  } else {
    console.table(result.figures);
    console.table(bounds);
  }
  process.exitCode = bounds.every((bound) => bound.holds) ? 0 : 1;
} else {
  const names = Object.keys(BENCHES).join(', ');
  process.stderr.write(
    `Expected one of ${names} for the bench, received ${JSON.stringify(name)}.\n`,
  );
  process.exitCode = 64;
}
