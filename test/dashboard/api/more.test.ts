import t from 'tap';
import { knownOf, restOf, STEPS, stepOf } from '../../../control-plane/dashboard/src/api/more.ts';

const [ALL, PAUSED] = ['/api/rollouts', '/api/rollouts?state=paused'];

t.test('who has asked for more of a list has not of another', async (t) => {
  t.equal(stepOf({ list: ALL, step: 2 }, ALL), 2);
  t.equal(stepOf({ list: ALL, step: 2 }, PAUSED), 0);
});

t.test('while more is read what is known stays; of another list it says nothing', async (t) => {
  const known = knownOf(null, ALL, ['r2']);
  t.same(known, { list: ALL, page: ['r2'] });
  t.equal(knownOf(known, ALL, undefined), known);
  t.equal(knownOf(known, PAUSED, undefined), null, 'nor under another filter');
  t.same(knownOf(known, PAUSED, ['r9']), { list: PAUSED, page: ['r9'] });
  t.same(knownOf(known, ALL, ['r2', 'r1']), { list: ALL, page: ['r2', 'r1'] }, 'in its place');
});

t.test('there is more here, until it is too much for a page', async (t) => {
  const last = STEPS.length - 1;
  t.equal(restOf(0, null), 'none');
  t.equal(restOf(0, 'a cursor'), 'here');
  t.equal(restOf(last - 1, 'a cursor'), 'here');
  t.equal(restOf(last, 'a cursor'), 'elsewhere');
  t.equal(restOf(last, null), 'none');
});
