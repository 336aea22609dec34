import { bytes, mebibytes } from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import { jsonElements } from '../../../../control-plane/src/datasets/import/json-elements.ts';

async function read(text: string | Uint8Array, pieceLength = 7, longest = mebibytes(1)) {
  const content = Buffer.from(text);
  async function* pieces() {
    for (let i = 0; i < content.length; i += pieceLength)
      yield content.subarray(i, i + pieceLength);
  }
  const elements: unknown[] = [];
  for await (const element of jsonElements(pieces(), longest)) elements.push(element);
  return elements;
}

t.test('elements come as JSON.parse gives them, wherever the pieces are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0, 2),
      async (values, pieceLength, indent) => {
        const text = JSON.stringify(values, null, indent);
        const elements = await read(text, pieceLength);
        return JSON.stringify(elements) === JSON.stringify(values);
      },
    ),
    { numRuns: 300 },
  );
});

for (const [name, text, message] of [
  ['an object', '{"a": 1}', /"\{" first/],
  ['nothing', '', /does not end/],
  ['an array that is cut short', '[{"a": 1}, {"a"', /does not end/],
  ['a wrong element', '[1, two]', /element 2/],
  ['an element that is missing', '[1,,2]', /element 2/],
  ['two arrays', '[1][2]', /after the array/],
  ['brackets that do not fit', '[{]}]', /does not end/],
  ['Latin-1', Buffer.from('["\xe4"]', 'latin1'), /UTF-8/],
] as const) {
  t.test(`${name} is refused`, (t) => t.rejects(read(text), { code: 'IMPORT_INVALID', message }));
}

t.test('an element may not be longer than allowed', async (t) => {
  const long = JSON.stringify([1, 'x'.repeat(300)]);
  await t.rejects(read(long, 7, bytes(100)), { code: 'IMPORT_INVALID', message: /100 characters/ });
  t.same(await read(long, 7, bytes(400)), [1, 'x'.repeat(300)]);
});
