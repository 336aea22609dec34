import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeModel } from '../../onnx/src/protobuf/encode.ts';
import { resnet18Network } from '../../onnx/src/training/resnet18-network.ts';
import { SESSION_OPTIONS } from '../../onnx/src/training/session-options.ts';
import { batchModel } from '../../onnx/src/training/step-graph.ts';
import { STEP_SCALARS } from '../../onnx/src/training/step-scalars.ts';
import { trainingState } from '../../onnx/src/training/training-state.ts';
import type { SpeedCase } from './cases.ts';
import { randomBatches, trainingOptions } from './training-case.ts';

/**
 * `profile.ts <case as JSON>`: one step by ONNX Runtime's profiler. Its times are the processor's,
 * which on a GPU are those of launching kernels; a step far longer than their sum waits for the
 * GPU.
 */
interface Event {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly ts: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

const of = JSON.parse(process.argv[2] as string) as SpeedCase;
const options = trainingOptions(of);
const network = resnet18Network(options);
const folder = mkdtempSync(join(tmpdir(), 'edgeloop-profile-'));
const session = await InferenceSession.create(encodeModel(batchModel(network, options)), {
  ...SESSION_OPTIONS,
  executionProviders: of.provider === 'cpu' ? ['cpu'] : [of.provider, 'cpu'],
  intraOpNumThreads: of.threads,
  enableProfiling: true,
  profileFilePrefix: join(folder, 'step'),
});
const { examples, labels } = randomBatches(of, 1)(1);
const feeds: Record<string, Tensor> = {
  examples: new Tensor('uint8', examples, network.examples.dims),
  labels: new Tensor('int32', labels, [of.batch]),
  scalars: new Tensor('float32', new Float32Array(STEP_SCALARS.length).fill(0.01), [
    STEP_SCALARS.length,
  ]),
};
for (const { name, dims, initial } of trainingState(network.parameters, options)) {
  const size = dims.reduce((product, n) => product * n, 1);
  feeds[name] = new Tensor('float32', initial ?? new Float32Array(size), dims);
}
for (let run = 0; run < 3; run++) await session.run(feeds);
session.endProfiling();

const [file = ''] = readdirSync(folder);
const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[];
const step = events.findLast(({ name }) => name === 'model_run') as Event;
const kernels = events.filter(
  ({ cat, name, ts }) =>
    cat === 'Node' && name.endsWith('_kernel_time') && ts >= step.ts && ts <= step.ts + step.dur,
);
const byOperator = new Map<string, { count: number; millis: number }>();
for (const { dur, args } of kernels) {
  const operator = args?.op_name ?? '?';
  const sofar = byOperator.get(operator) ?? { count: 0, millis: 0 };
  byOperator.set(operator, { count: sofar.count + 1, millis: sofar.millis + dur / 1000 });
}
const onCpu = kernels.filter(({ args }) => args?.provider?.startsWith('CPU')).length;
process.stdout.write(
  `${JSON.stringify({
    kernels: kernels.length,
    onCpu,
    stepMillis: step.dur / 1000,
    kernelMillis: kernels.reduce((sum, { dur }) => sum + dur, 0) / 1000,
    operators: Object.fromEntries(
      [...byOperator].sort(([, a], [, b]) => b.millis - a.millis).slice(0, 12),
    ),
  })}\n`,
);
