import { describeMismatch, findMismatches, Ids, type Mismatch } from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import Type from 'typebox';

const strict = { additionalProperties: false };
const schema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    source: Type.Union([
      Type.Object({ kind: Type.Literal('file'), path: Type.String() }, strict),
      Type.Object({ kind: Type.Literal('drawn'), seed: Type.Integer() }, strict),
    ]),
    side: Type.Optional(Type.Integer({ multipleOf: 32, maximum: 448 })),
    decay: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
    items: Type.Optional(Type.Array(Type.Number(), { maxItems: 9, uniqueItems: true })),
    device: Type.Optional(Ids.device),
    named: Type.Optional(Type.Record(Type.String(), Type.Object({ x: Type.Number() }, strict))),
    mode: Type.Optional(Type.Union([Type.Literal('on'), Type.Literal('off')])),
  },
  strict,
);
const good = { name: 'a', source: { kind: 'file', path: 'p' } };

const cases: [string, unknown, string[]][] = [
  ['nothing wrong', good, []],
  ['not a mapping', 7, ['expected a mapping for the whole, received 7.']],
  [
    'a missing key',
    { source: good.source },
    ['expected a text at least 1 long for name, received nothing.'],
  ],
  ['an unknown key', { ...good, nmae: 1 }, ['unknown key nmae.']],
  [
    'out of range',
    { ...good, count: 10 },
    ['expected a whole number at least 1 and at most 9 for count, received 10.'],
  ],
  [
    'no multiple',
    { ...good, side: 100 },
    ['expected a multiple of 32 at most 448 for side, received 100.'],
  ],
  [
    'at the end of a range without it',
    { ...good, decay: 1 },
    ['expected a number at least 0 and less than 1 for decay, received 1.'],
  ],
  [
    'the branch that was named is the one explained',
    { ...good, source: { kind: 'drawn', sed: 1 } },
    ['unknown key source.sed.', 'expected a whole number for source.seed, received nothing.'],
  ],
  [
    'an unknown branch',
    { ...good, source: { kind: 'tape' } },
    ['expected one of "file", "drawn" for source.kind, received "tape".'],
  ],
  [
    'an item twice',
    { ...good, items: [1, 1] },
    ['expected a list of at most 9 items, each of them once for items, received [1,1].'],
  ],
  [
    'a name: in words, and not as its pattern',
    { ...good, device: 'Pi 1' },
    ['expected 1–63 lower-case letters, digits or inner dashes for device, received "Pi 1".'],
  ],
  ['a list item', { ...good, items: [1, 'b'] }, ['expected a number for items[1], received "b".']],
  [
    'inside a record',
    { ...good, named: { a: { y: 1 } } },
    ['unknown key named.a.y.', 'expected a number for named.a.x, received nothing.'],
  ],
  [
    'one of several words',
    { ...good, mode: 'of' },
    ['expected "on" or "off" for mode, received "of".'],
  ],
  [
    'all at once',
    { name: '', source: 3 },
    [
      'expected a text at least 1 long for name, received "".',
      'expected a mapping for source, received 3.',
    ],
  ],
];

for (const [name, value, expected] of cases) {
  t.test(name, async (t) => {
    t.same(findMismatches(schema, value).map(describeMismatch), expected);
  });
}

t.test('an unknown key comes with the keys that are known there', async (t) => {
  const [found] = findMismatches(schema, { ...good, source: { kind: 'file', path: '', pth: 1 } });
  t.same(found?.knownKeys, ['kind', 'path']);
});

t.test('a whole that does not fit is told, though each of its parts does', async (t) => {
  const few = Type.Record(Type.String(), Type.Number(), { maxProperties: 1 });
  t.same(findMismatches(few, { a: 1, b: 2 }).map(describeMismatch), [
    'expected a mapping of at most 1 entry for the whole, received {"a":1,"b":2}.',
  ]);
});

t.test('what stands there is shown as JSON has it, to its first 80 characters', async () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const [found] = findMismatches(Type.Never(), value);
      return found?.received === JSON.stringify(value).slice(0, 80);
    }),
  );
});

t.test(
  'neither depth nor size of what a stranger sends costs more than what is shown',
  async (t) => {
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    t.same(findMismatches(schema, deep).map(describeMismatch), [
      `expected a mapping for the whole, received ${'['.repeat(80)}.`,
    ]);
    // As many as no call takes arguments.
    const items = Array.from({ length: 300_000 }, () => 'x');
    t.equal(findMismatches(schema, { ...good, items }).length, 100);
    const [long] = findMismatches(schema, { ...good, ['k'.repeat(100_000)]: 1 });
    t.ok(describeMismatch(long as Mismatch).length < 200);
  },
);
