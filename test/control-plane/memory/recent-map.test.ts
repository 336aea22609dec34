import t from 'tap';
import { RecentMap } from '../../../control-plane/src/memory/recent-map.ts';

t.test('for one more the one that was set longest ago is forgotten', async (t) => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  t.equal(map.get('b'), 2, 'to look is not to set');
  map.set('c', 4);
  t.same(
    ['a', 'b', 'c'].map((key) => map.get(key)),
    [3, undefined, 4],
  );
  t.equal(map.size, 2);
});
