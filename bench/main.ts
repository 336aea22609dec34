import { parseArgs } from 'node:util';
import { benchAccuracy } from './accuracy.ts';
import { benchBroker } from './broker.ts';
import { benchFineTuning } from './fine-tuning.ts';
import { benchFleet } from './fleet/fleet.ts';
import { benchInfer } from './infer/infer.ts';
import { benchIngest } from './ingest/ingest.ts';
import { benchLabels } from './labels/labels.ts';
import { benchLoop } from './loop/loop.ts';
import { type BenchResult, holds, machine } from './measure.ts';
import { benchMotion } from './motion.ts';
import { benchPipeline } from './pipeline/pipeline.ts';
import { benchQuantize } from './quantize/quantize.ts';
import { benchRollout } from './rollout/rollout.ts';
import { benchRows } from './rows/rows.ts';
import { benchTrain } from './train.ts';

interface Options {
  /** Of the rollout and the fleet: how many there are; of ingest: of them that say nothing. */
  readonly devices: number;
  /** Of the labels: one set alone. */
  readonly set?: string;
  /** Of the pipeline: how many are timed. */
  readonly frames: number;
}

/**
 * `npm run bench -- <name> [--json] [--devices 1000] [--frames 1000] [--set drawn]`. Ends with 1
 * where a promised bound does not hold.
 */
const BENCHES: Readonly<Record<string, (options: Options) => Promise<BenchResult>>> = {
  accuracy: benchAccuracy,
  broker: benchBroker,
  'fine-tuning': benchFineTuning,
  fleet: benchFleet,
  infer: benchInfer,
  ingest: benchIngest,
  labels: benchLabels,
  loop: benchLoop,
  motion: benchMotion,
  pipeline: benchPipeline,
  quantize: benchQuantize,
  rollout: benchRollout,
  rows: benchRows,
  train: benchTrain,
};

const {
  values: { json = false, devices = '10000', frames = '10000', set },
  positionals: [name = ''],
} = parseArgs({
  options: {
    json: { type: 'boolean' },
    devices: { type: 'string' },
    frames: { type: 'string' },
    set: { type: 'string' },
  },
  allowPositionals: true,
});
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  const sizes = { devices: Number(devices), frames: Number(frames) };
  const result = await bench({ ...sizes, ...(set !== undefined && { set }) });
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
