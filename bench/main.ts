import { parseArgs } from 'node:util';
import { benchAccuracy } from './accuracy.ts';
import { benchBroker } from './broker.ts';
import { benchFineTuning } from './fine-tuning.ts';
import { benchFleet } from './fleet/fleet.ts';
import { benchInfer } from './infer/infer.ts';
import { benchLabels } from './labels/labels.ts';
import { benchLoop } from './loop/loop.ts';
import { type BenchResult, holds, machine } from './measure.ts';
import { benchMotion } from './motion.ts';
import { benchQuantize } from './quantize/quantize.ts';
import { benchRollout } from './rollout/rollout.ts';
import { benchRows } from './rows/rows.ts';
import { benchTrain } from './train.ts';

interface Options {
  /** Of the rollout and the fleet: how many there are. */
  readonly devices: number;
  /** Of the labels: one set alone. */
  readonly set?: string;
}

/** `npm run bench -- <name> [--json] [--devices 1000] [--set drawn]`. Ends with 1 where a promised bound does not hold. */
const BENCHES: Readonly<Record<string, (options: Options) => Promise<BenchResult>>> = {
  accuracy: benchAccuracy,
  broker: benchBroker,
  'fine-tuning': benchFineTuning,
  fleet: benchFleet,
  infer: benchInfer,
  labels: benchLabels,
  loop: benchLoop,
  motion: benchMotion,
  quantize: benchQuantize,
  rollout: benchRollout,
  rows: benchRows,
  train: benchTrain,
};

const {
  values: { json = false, devices = '10000', set },
  positionals: [name = ''],
} = parseArgs({
  options: { json: { type: 'boolean' }, devices: { type: 'string' }, set: { type: 'string' } },
  allowPositionals: true,
});
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  const result = await bench({ devices: Number(devices), ...(set !== undefined && { set }) });
  const bounds = result.bounds.map((bound) => ({ ...bound, holds: holds(bound) }));
  if (json) {
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
