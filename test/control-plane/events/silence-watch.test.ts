import t from 'tap';
import { changes } from '../../../control-plane/src/events/silence-watch.ts';

const of = (...ids: string[]) => new Map(ids.map((id) => [id, id]));

for (const [name, before, now, fell, back] of [
  ['the first look is no news', null, of('a'), [], []],
  ['one falls silent', of(), of('a'), ['a'], []],
  ['and stays so: told once', of('a'), of('a'), [], []],
  ['one is back', of('a', 'b'), of('b'), [], ['a']],
  ['both at once', of('a'), of('b'), ['b'], ['a']],
] as const) {
  t.test(name, async (t) => {
    t.same(changes(before, now), { fell, back });
  });
}
