import { AttributeType, DataType, decodeModel, encodeModel, OnnxError } from '@edgeloop/onnx';
import t from 'tap';

const model = {
  irVersion: 8,
  producerName: 'edgeloop',
  graph: {
    node: [
      {
        input: ['x'],
        output: ['y'],
        opType: 'Transpose',
        attribute: [{ name: 'perm', ints: [0, 3, 1, 2], type: AttributeType.INTS }],
      },
    ],
    name: 'g',
    initializer: [
      {
        dims: [2],
        dataType: DataType.FLOAT,
        name: 'w',
        rawData: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
      },
      { dims: [1], dataType: DataType.INT64, int64Data: [2 ** 63], name: 'end' },
    ],
  },
  opsetImport: [{ version: 17 }],
};

t.test('a model survives encoding and decoding', async (t) => {
  t.same(decodeModel(encodeModel(model)), model);
});

t.test('equal models are equal bytes', async (t) => {
  t.same(encodeModel(model), encodeModel(structuredClone(model)));
});

for (const [name, bytes] of [
  ['nothing', new Uint8Array()],
  ['a text', new TextEncoder().encode('this is not a model')],
  ['a model cut short', encodeModel(model).subarray(0, -9)],
  ['a JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70])],
] as const) {
  t.test(`${name} is refused as no ONNX model`, async (t) => {
    t.throws(() => decodeModel(bytes), { code: 'ONNX_INVALID' });
    t.throws(() => decodeModel(bytes), OnnxError);
  });
}
