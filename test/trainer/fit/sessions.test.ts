import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DataType, encodeModel, type InferenceProcess } from '@edgeloop/onnx';
import { floatTensorPlan } from '@edgeloop/protocol';
import t from 'tap';
import { Sessions } from '../../../trainer/src/fit/sessions.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const SIZE = 2;
const tensor = (name: string, dims: readonly number[]) => ({
  name,
  type: {
    tensorType: { elemType: DataType.FLOAT, shape: { dim: dims.map((n) => ({ dimValue: n })) } },
  },
});
/** Gives its pixels. */
const MODEL = encodeModel({
  irVersion: 8,
  opsetImport: [{ domain: '', version: 17 }],
  graph: {
    name: 'pixels',
    input: [tensor('input', [1, 3, SIZE, SIZE])],
    output: [tensor('logits', [1, 3 * SIZE ** 2])],
    node: [{ opType: 'Flatten', input: ['input'], output: ['logits'] }],
  },
});

t.test('of a model that was needed for a while nothing is kept', async (t) => {
  const sessions = await Sessions.begin(1, new AbortController().signal);
  t.teardown(() => sessions.close());
  const used: WeakRef<InferenceProcess>[] = [];
  for (let epoch = 0; epoch < 3; epoch++) {
    await sessions.during('validation', MODEL, async (session) => {
      const crops = [new Uint8Array(3 * SIZE ** 2)];
      const { outputs } = await session.run({ crops, size: SIZE, plan: floatTensorPlan() });
      t.equal(outputs.logits?.data.length, 12);
      used.push(new WeakRef(session));
    });
  }
  await new Promise((soon) => setImmediate(soon));
  collect();
  // What ran last may still be on a stack.
  t.ok(used.filter((session) => session.deref()).length <= 1);
});
