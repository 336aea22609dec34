import fc from 'fast-check';
import t from 'tap';
import { FrameReader, frame } from '../../onnx/src/process/frames.ts';

const array = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.float32Array({ maxLength: 20 }),
  fc.float64Array({ maxLength: 20 }),
);
const message = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.constant(null),
    array,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('any'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).any;

t.test('messages are what they were, in whichever pieces they come', async (t) => {
  const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), pieces, (messages, sizes) => {
      const all = Buffer.concat(messages.map((each) => frame(each)));
      const reader = new FrameReader();
      const received: unknown[] = [];
      for (let at = 0, i = 0; at < all.length; i++) {
        const end = at + (sizes[i % sizes.length] as number);
        received.push(...reader.read(all.subarray(at, end)));
        at = end;
      }
      t.strictSame(received, messages);
    }),
    { numRuns: 300 },
  );
});

t.test('what is no message is an error, and nothing is waited for that can not come', async (t) => {
  const claims = (text: number, bytes: number) => {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(text);
    header.writeUInt32LE(bytes, 4);
    return header;
  };
  const read = (...parts: Buffer[]) => [...new FrameReader().read(Buffer.concat(parts))];
  t.throws(() => read(claims(2 ** 32 - 1, 0)), RangeError);
  t.throws(() => read(claims(1, 2 ** 28)), RangeError);
  t.throws(() => [...new FrameReader(10).read(claims(10, 1))], RangeError);
  t.throws(() => read(claims(3, 0), Buffer.from('{a}')), SyntaxError);
  const text = Buffer.from('{"array":"Float64Array","byteLength":8}');
  t.throws(() => read(claims(text.length, 4), text, Buffer.alloc(4)), RangeError);
  t.throws(() => read(claims(text.length, 8), text.fill('9', 37, 38), Buffer.alloc(8)), RangeError);
  const other = Buffer.from('{"array":"constructor","byteLength":0}');
  t.same(read(claims(other.length, 0), other), [{ array: 'constructor', byteLength: 0 }]);
});
