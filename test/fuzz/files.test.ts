import { readFileSync } from 'node:fs';
import {
  decodeModel,
  encodeModel,
  encodeSafetensors,
  exportResNet18,
  initialResNet18,
  readWeightTensors,
} from '@edgeloop/onnx';
import t from 'tap';
import { checkUntrustedModel } from '../../onnx/src/untrusted/check-untrusted-model.ts';
import { EXPECTED, smallModel } from '../onnx/untrusted/small-model.ts';
import { float, type Node } from '../stand/models/graph-parts.ts';
import { storedZip } from '../stand/stored-zip.ts';
import { takesItsTime } from './stand/budget.ts';
import { fuzzBytes } from './stand/fuzz-bytes.ts';
import { demand, readsOrRefuses } from './stand/refusal.ts';

takesItsTime(t);

const GUIDE = /\/onnx\//;

/** What is read is as many numbers as its shape says, and not more than the file could hold. */
const readWeights = (bytes: Buffer) =>
  readsOrRefuses(() => {
    let elements = 0;
    for (const { dims, data } of readWeightTensors(bytes, 'weights').values()) {
      const count = dims.reduce((product, size) => product * size, 1);
      demand(dims.every((size) => size >= 0) && count === data.length, 'as its shape says');
      elements += data.length;
    }
    demand(elements <= bytes.length, `${elements} numbers of ${bytes.length} bytes`);
  });

const golden = readFileSync(new URL('../golden/torch-weights.pth', import.meta.url));

t.test('.pth: the archive', (t) =>
  fuzzBytes(t, {
    name: '.pth archives',
    cases: 4000,
    guide: GUIDE,
    run: readWeights,
    corpus: [golden, storedZip({ 'a/data.pkl': '\x80\x02}.', 'a/data/0': '12345678' })],
  }),
);

const TENSOR =
  'ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x02tQK\0K\x02\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR';
const pickle = (text: string) => Buffer.from(text, 'latin1');

/** Whose sum is right: what is changed is what the unpickler reads. */
t.test('.pth: the pickle', (t) =>
  fuzzBytes(t, {
    name: 'pickles',
    cases: 5000,
    guide: GUIDE,
    corpus: [
      pickle(`\x80\x02}X\x01\0\0\0a${TENSOR}s.`),
      pickle(`\x80\x04\x95\0\0\0\0\0\0\0\0}\x94(\x8c\x01a\x94${TENSOR}\x94u.`),
      pickle('\x80\x02]q\0(K\x01M\x01\x02J\x01\x02\x03\x04G\x3f\xf0\0\0\0\0\0\0\x8a\x02\x01\x02e.'),
      pickle('\x80\x02}q\x01(X\x05\0\0\0modelq\x02}q\x03h\x01h\x02sbu.'),
      pickle('\x80\x02cos\nsystem\n(X\x04\0\0\0truetR.'),
    ],
    once: [
      pickle(`\x80\x02${'('.repeat(400_000)}${'t'.repeat(400_000)}.`),
      pickle(`\x80\x02${']'.repeat(400_000)}${'a'.repeat(399_999)}.`),
      pickle(`\x80\x02}(${'K\x01K\x02'.repeat(200_000)}u.`),
    ],
    run: (bytes) =>
      readWeights(storedZip({ 'a/data.pkl': bytes, 'a/data/0': '\0\0\x80\x3f\0\0\0\x40' })),
  }),
);

const tensors = new Map([
  ['conv1.weight', { dims: [2, 1], data: new Float32Array([1.5, -2]) }],
  ['__proto__', { dims: [1], data: new Float32Array([3]) }],
  ['nothing', { dims: [0, 3], data: new Float32Array() }],
]);

function safetensors(header: string, data = 0): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)]);
}

t.test('safetensors', (t) =>
  fuzzBytes(t, {
    name: 'safetensors',
    cases: 3000,
    guide: GUIDE,
    run: readWeights,
    corpus: [
      Buffer.concat(encodeSafetensors({ tensors, metadata: { epoch: '3' } })),
      safetensors(
        '{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"I64","shape":[],"data_offsets":[4,12]}}',
        12,
      ),
    ],
    once: [
      safetensors(`{"${'a'.repeat(2_000_000)}":1}`),
      safetensors(`{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`),
      safetensors(`{${Array.from({ length: 60_000 }, (_, i) => `"${i}":1`).join()}}`),
      safetensors(`{"__metadata__":{"a":"${'\\"'.repeat(1_000_000)}"}}`),
    ],
  }),
);

/** A network's shape without its size: what the reader of weights follows is the graph. */
const network = Buffer.from(
  exportResNet18(initialResNet18({ classes: 3, seed: 5 }), { size: 32, classes: 3 }),
);
/** The same graph, its weights left out: small enough to be changed often. */
const skeleton = Buffer.from(encodeModel(withoutNumbers(decodeModel(network))));

function withoutNumbers(model: ReturnType<typeof decodeModel>): ReturnType<typeof decodeModel> {
  const initializer = model.graph?.initializer?.map((tensor) => ({
    ...tensor,
    rawData: new Uint8Array(),
  }));
  return { ...model, graph: { ...model.graph, ...(initializer && { initializer }) } };
}

/** Nodes that each pass on what the one before gives, and as many that take the last. */
const chain = (length: number): Node[] => [
  ...Array.from(
    { length },
    (_, i): Node => ({
      opType: 'Identity',
      input: [i === 0 ? 'embedding' : `t${i}`],
      output: [`t${i + 1}`],
    }),
  ),
  ...Array.from(
    { length },
    (_, i): Node => ({ opType: 'Relu', input: [`t${length}`], output: [`r${i}`] }),
  ),
];
const models = [
  encodeModel(smallModel()),
  encodeModel(smallModel([{ opType: 'Add', input: ['embedding', 'gain'], output: ['between'] }])),
  encodeModel(smallModel([], { initializer: [float('gain', [1, 2, 3, 4], [2, 2])] })),
];

t.test('ONNX models from strangers', (t) =>
  fuzzBytes(t, {
    name: 'ONNX models',
    cases: 4000,
    guide: GUIDE,
    corpus: models,
    once: [
      encodeModel(smallModel(chain(30_000))),
      // Messages within messages, and empty ones without end.
      Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? 0x3a : 0x7f))),
      Buffer.concat([
        Buffer.from([0x3a, 0x80, 0x80, 0x80, 0x02]),
        Buffer.alloc(2 ** 22, Buffer.from([0x0a, 0])),
      ]),
      Buffer.alloc(400_000, 0x0b),
    ],
    async run(bytes) {
      const refusal = checkUntrustedModel(bytes, EXPECTED);
      demand(refusal === null || refusal.message.length < 4000, 'a short message');
      await readsOrRefuses(() => decodeModel(bytes));
    },
  }),
);

t.test('ONNX weights', (t) =>
  fuzzBytes(t, {
    name: 'ONNX weights',
    cases: 1500,
    guide: GUIDE,
    run: readWeights,
    corpus: [skeleton, ...models],
    once: [
      network,
      encodeModel(smallModel(chain(30_000))),
      Buffer.concat([
        Buffer.from([0x08, 0x08, 0x3a, 0x80, 0x80, 0x80, 0x08]),
        Buffer.alloc(2 ** 24, Buffer.from([0x0a, 0])),
      ]),
    ],
  }),
);
