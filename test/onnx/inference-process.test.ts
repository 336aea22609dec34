import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataType, encodeModel, InferenceProcess } from '@edgeloop/onnx';
import { seconds } from '@edgeloop/protocol';
import t from 'tap';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-inference-'));
t.teardown(() => rm(folder, { recursive: true }));

/** A file with the model `logits = input · factor`. */
async function times(factor: number): Promise<string> {
  const value = (name: string) => ({
    name,
    type: { tensorType: { elemType: DataType.FLOAT, shape: { dim: [{ dimValue: 2 }] } } },
  });
  const model = encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'times',
      node: [{ opType: 'Mul', input: ['input', 'factor'], output: ['logits'] }],
      initializer: [{ name: 'factor', dims: [1], dataType: DataType.FLOAT, floatData: [factor] }],
      input: [value('input')],
      output: [value('logits')],
    },
  });
  const path = join(folder, `${factor}.onnx`);
  await writeFile(path, model);
  return path;
}

const torn = join(folder, 'torn.onnx');
await writeFile(torn, 'no model');

t.test('a process takes another model, in turn with the runs', async (t) => {
  const [twice, thrice] = [await times(2), await times(3)];
  const session = new InferenceProcess({ modelPath: twice, threads: 1, deadline: seconds(20) });
  t.teardown(() => session.close());
  await session.start();
  const run = async () => {
    const { outputs } = await session.run({ data: Float32Array.of(1, 5), dims: [2] });
    return [...(outputs.logits?.data ?? [])];
  };
  const [before, , after] = await Promise.all([run(), session.load(thrice), run()]);
  t.same(before, [2, 10]);
  t.same(after, [3, 15]);
  t.equal(session.restarts, 0, 'the process is the same');

  await t.rejects(session.load(torn), { code: 'ONNX_INVALID', message: /torn\.onnx/ });
  await t.rejects(run(), { code: 'ONNX_INVALID' }, 'it does not go on with the one before');
  await session.load(twice);
  t.same(await run(), [2, 10]);
});
