import { DataType, encodeModel, readClassifier } from '@edgeloop/onnx';
import t from 'tap';

const floats = (name: string, dims: readonly (number | string)[]) => ({
  name,
  type: {
    tensorType: {
      elemType: DataType.FLOAT,
      shape: {
        dim: dims.map((size) =>
          typeof size === 'number' ? { dimValue: size } : { dimParam: size },
        ),
      },
    },
  },
});
const WEIGHT = { name: 'w', dims: [1], dataType: DataType.FLOAT, floatData: [1] };

/** A model that need not compute anything: it is looked at, not run. */
function model({
  inputs = [floats('input', ['N', 3, 32, 32])],
  output = 'logits',
  weight = {},
}: Partial<{
  readonly inputs: readonly ReturnType<typeof floats>[];
  readonly output: string;
  readonly weight: object;
}>) {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'one',
      input: [...inputs],
      output: [floats(output, ['N', 2])],
      initializer: [{ ...WEIGHT, ...weight }],
      node: [{ opType: 'Gemm', input: ['input', 'w'], output: [output] }],
    },
  });
}

t.test('a classifier says the side of its input, where it is fixed', (t) => {
  t.equal(readClassifier(model({})).size, 32);
  t.equal(readClassifier(model({ inputs: [floats('input', ['N', 3, 'H', 'H'])] })).size, null);
  t.end();
});

t.test('its only output is its logits', (t) => {
  const { model: named } = readClassifier(model({ output: 'scores' }));
  t.match(Buffer.from(named).toString('latin1'), /logits/);
  t.notMatch(Buffer.from(named).toString('latin1'), /scores/);
  t.end();
});

t.test('what is no classifier over pictures in one file is refused, and what to do said', (t) => {
  const externalData = [{ key: 'location', value: 'model.onnx.data' }];
  for (const [what, message] of [
    [
      { inputs: [floats('input', ['N', 1, 32, 32])] },
      /one input of the shape N, 3, size, size, received 1, the first with N, 1, 32, 32/,
    ],
    [
      { weight: { floatData: [], externalData, dataLocation: 1 } },
      /weights within the model file, received 1 tensor in "model\.onnx\.data"\. .*external_data=False/,
    ],
  ] as const) {
    t.throws(() => readClassifier(model(what)), { code: 'ONNX_UNSUPPORTED', message });
  }
  t.end();
});
