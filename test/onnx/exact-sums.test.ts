import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataType, encodeModel, InferenceProcess } from '@edgeloop/onnx';
import { seconds } from '@edgeloop/protocol';
import t from 'tap';
import { InferenceSession, Tensor } from '../../onnx/src/runtime/runtime.ts';
import { exactSums } from '../../onnx/src/session/exact-sums.ts';

/**
 * `logits = 127 · (red + green + blue)` in INT8, in steps of so much: two products of bright
 * colours are more than 16 bits hold.
 */
const STEP = 500;

const shape = (...dims: number[]) => ({ dim: dims.map((dimValue) => ({ dimValue })) });
const value = (name: string, ...dims: number[]) => ({
  name,
  type: { tensorType: { elemType: DataType.FLOAT, shape: shape(...dims) } },
});
const scale = (name: string, number: number) => ({
  name,
  dims: [],
  dataType: DataType.FLOAT,
  floatData: [number],
});
const zero = (name: string, dataType: number) => ({ name, dims: [], dataType, int32Data: [0] });

const model = encodeModel({
  irVersion: 8,
  opsetImport: [{ version: 17 }],
  graph: {
    name: 'sums',
    node: [
      { opType: 'QuantizeLinear', input: ['input', 'one', 'none'], output: ['colours'] },
      {
        opType: 'QLinearConv',
        input: ['colours', 'one', 'none', 'weights', 'one', 'nil', 'step', 'none'],
        output: ['sums'],
      },
      { opType: 'DequantizeLinear', input: ['sums', 'step', 'none'], output: ['logits'] },
    ],
    initializer: [
      ...[scale('one', 1), scale('step', STEP)],
      ...[zero('none', DataType.UINT8), zero('nil', DataType.INT8)],
      {
        name: 'weights',
        dims: [2, 3, 1, 1],
        dataType: DataType.INT8,
        rawData: new Uint8Array(6).fill(127),
      },
    ],
    input: [value('input', 1, 3, 1, 1)],
    output: [value('logits', 1, 2, 1, 1)],
  },
});
const SUM = Math.round((127 * 3 * 255) / STEP) * STEP;

t.test('sums of INT8 are whole on every processor', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-sums-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const modelPath = join(folder, 'sums.onnx');
  await writeFile(modelPath, model);
  const session = new InferenceProcess({ modelPath, threads: 1, deadline: seconds(20) });
  t.teardown(() => session.close());
  await session.start();
  const { outputs } = await session.run({
    crops: [Uint8Array.of(255, 255, 255)],
    size: 1,
    plan: { type: 'float32', layout: 'NCHW', mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
  });
  t.same([...(outputs.logits?.data ?? [])], [SUM, SUM]);
});

t.test('they are the same by the slower sums, whatever the processor has', async (t) => {
  const session = await InferenceSession.create(model, { extra: { session: exactSums(null) } });
  t.teardown(() => session.release());
  const input = new Tensor('float32', new Float32Array(3).fill(255), [1, 3, 1, 1]);
  const { logits } = await session.run({ input });
  t.same(logits?.data, Float32Array.of(SUM, SUM));
});

t.test('a processor takes the slower sums unless its quick ones are wide', (t) => {
  for (const [flags, expected] of [
    [null, '1'],
    [['avx2', 'avx512f', 'avx512bw'], '1'],
    [['avx2', 'avx_vnni'], '0'],
    [['avx512_vnni', 'amx_int8'], '0'],
  ] as const) {
    t.equal(
      exactSums(flags && new Set(flags)).x64quantprecision,
      expected,
      flags?.join() ?? 'unknown',
    );
  }
  t.end();
});
