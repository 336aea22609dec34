import t from 'tap';
import { describeExpected, type JsonSchema } from '../../protocol/src/describe-expected.ts';

const CASES: readonly [JsonSchema, string][] = [
  [{ type: 'array' }, 'a list'],
  [{ type: 'array', minItems: 3, maxItems: 32 }, 'a list of 3 to 32 items'],
  [{ type: 'array', minItems: 2, maxItems: 2 }, 'a list of 2 items'],
  [{ type: 'array', minItems: 1 }, 'a list of at least 1 item'],
  [{ type: 'array', minItems: 0, maxItems: 1 }, 'a list of at most 1 item'],
  [
    { type: 'array', maxItems: 7, uniqueItems: true },
    'a list of at most 7 items, each of them once',
  ],
  [{ type: 'array', uniqueItems: true }, 'a list, each of them once'],
  [{ type: 'object', maxProperties: 32 }, 'a mapping of at most 32 entries'],
  [{ type: 'integer', minimum: 1, maximum: 128 }, 'a whole number at least 1 and at most 128'],
];
for (const [schema, words] of CASES) {
  t.test(words, async (t) => t.equal(describeExpected(schema), words));
}
