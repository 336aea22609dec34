import { decodeSafetensors, encodeSafetensors, OnnxError, readWeightTensors } from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';

/** A file with this header, and as many bytes behind it. */
function file(header: unknown, dataBytes: number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}
const entry = (shape: unknown, from: number, to: number, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

t.test('tensors survive encoding and decoding, whatever they are called', async (t) => {
  const tensors = new Map([
    ['conv1.weight', { dims: [2, 1], data: new Float32Array([1.5, -2]) }],
    ['__proto__', { dims: [1], data: new Float32Array([3]) }],
    ['constructor', { dims: [], data: new Float32Array([4]) }],
    ['nothing', { dims: [0, 3], data: new Float32Array() }],
  ]);
  const bytes = Buffer.concat(encodeSafetensors({ tensors, metadata: { epoch: '3' } }));
  t.same(decodeSafetensors(bytes), { tensors, metadata: { epoch: '3' } });
  t.same(readWeightTensors(bytes, 'weights'), tensors, 'and are known by their content');
});

t.test('whole numbers are left out', async (t) => {
  const bytes = file({ n: entry([], 0, 8, 'I64'), a: entry([1], 8, 12) }, 12);
  t.same([...decodeSafetensors(bytes).tensors.keys()], ['a']);
});

for (const [name, bytes, message] of [
  ['nothing', Buffer.alloc(0), /a header within the file's 0 bytes/],
  ['a header longer than the file', Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 123]), /one of 255/],
  ['a header of 2⁶⁴ bytes', Buffer.from([...Array(8).fill(255), 123]), /a header within/],
  ['a header of 17 MB', file(' '.repeat(17_000_000), 0), /a header within/],
  ['no JSON', file('{"a":', 0), /a header of JSON/],
  ['braces without end', file('{"a":'.repeat(500_000), 0), /a header of JSON/],
  ['no UTF-8', Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 123, 255, 125]), /a header of JSON/],
  ['a list', file([], 0), /names of tensors/],
  ['a tensor that is null', file({ a: null }, 0), /dtype, shape and data_offsets for "a"/],
  ['a tensor that is a number', file({ a: 3 }, 0), /dtype, shape and data_offsets for "a"/],
  ['a dtype that is a list', file({ a: entry([1], 0, 4, ['F32']) }, 4), /dtype, shape/],
  ['a negative shape', file({ a: entry([-1, -1], 0, 4) }, 4), /dtype, shape/],
  ['a broken shape', file({ a: entry([0.5, 2], 0, 4) }, 4), /dtype, shape/],
  ['a shape beyond all bounds', file({ a: entry([1e300, 1e300], 0, 4) }, 4), /dtype, shape/],
  ['a large shape', file({ a: entry([2 ** 40, 2 ** 40], 0, 4) }, 4), /F32 numbers for "a"/],
  ['negative offsets', file({ a: entry([1], -4, 0) }, 4), /dtype, shape/],
  ['an end before its beginning', file({ a: entry([0], 4, 0) }, 4), /to begin at byte 0/],
  [
    'overlapping tensors',
    file({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12),
    /"b" to begin at byte 8/,
  ],
  [
    'the same bytes twice',
    file({ a: entry([1], 0, 4), b: entry([1], 0, 4) }, 4),
    /"b" to begin at byte 4/,
  ],
  ['a gap', file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12), /"b" to begin at byte 4/],
  [
    'more bytes than it says',
    file({ a: entry([1], 0, 4) }, 5),
    /4 bytes behind the header, received 5/,
  ],
  [
    'fewer bytes than it says',
    file({ a: entry([2], 0, 8) }, 4),
    /8 bytes behind the header, received 4/,
  ],
  [
    'a name twice',
    file(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      8,
    ),
    /"a" twice/,
  ],
  ['metadata that is no text', file({ __metadata__: { a: 3 } }, 0), /texts as its metadata/],
] as const) {
  t.test(`${name} is refused`, async (t) => {
    t.throws(() => decodeSafetensors(bytes), { code: 'WEIGHTS_INVALID', message });
    t.throws(() => decodeSafetensors(bytes), OnnxError);
  });
}

t.test('a name that values and inner objects have too is no name twice', async (t) => {
  const metadata = { a: 'a', '"a":': '{"a":' };
  const bytes = file({ __metadata__: metadata, a: entry([1], 0, 4) }, 4);
  t.same(decodeSafetensors(bytes).metadata, metadata);
});

t.test('with bits turned over or cut short, it is read or refused', async (t) => {
  const whole = file({ a: entry([2], 0, 8), b: entry([1, 3], 8, 20) }, 20);
  const random = seededRandom(3);
  for (let i = 0; i < 3000; i++) {
    const bytes = Buffer.from(whole);
    const at = Math.floor(random.between(0, bytes.length));
    bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random.between(0, 8)));
    for (const some of [bytes, whole.subarray(0, at)]) {
      try {
        decodeSafetensors(some);
      } catch (error) {
        if (!(error instanceof OnnxError)) throw error;
      }
    }
  }
  t.throws(() => decodeSafetensors(whole.subarray(0, -1)), OnnxError);
});

for (const [name, bytes, message] of [
  ['a web page', '<!DOCTYPE html>', /weights\.pth: Expected weights .* received a web page/],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1', /a pointer of Git LFS/],
  ['a text', 'conv1', /received something else/],
  ['nothing', '', /received something else/],
] as const) {
  t.test(`${name} is no weights, and says so`, async (t) => {
    const read = () => readWeightTensors(Buffer.from(bytes), 'weights.pth');
    t.throws(read, { code: 'WEIGHTS_INVALID', message });
  });
}
