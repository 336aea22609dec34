import t from 'tap';
import { mergePatch } from '../../../agent/src/configuration/merge-patch.ts';

// The table of RFC 7396, appendix A.
const CASES: readonly (readonly [string, string, string])[] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

for (const [target, patch, merged] of CASES) {
  t.test(`${patch} over ${target}`, async (t) => {
    const before = JSON.parse(target);
    t.equal(JSON.stringify(mergePatch(before, JSON.parse(patch))), merged);
    t.equal(JSON.stringify(before), target, 'the target stays as it is');
  });
}

t.test('a key named __proto__ is a key, and changes no other object', async (t) => {
  const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as object;
  t.same(Object.keys(merged), ['__proto__']);
  t.notOk('polluted' in {});
  t.notOk('polluted' in merged);
});
