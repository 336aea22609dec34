import t from 'tap';
import { composeDesired } from '../../../control-plane/src/desired/compose-desired.ts';

const sampling = { budgets: { perHour: 3 } };

t.test('each source says its own parts, and no other', async (t) => {
  const said = composeDesired(
    [
      { parts: ['sampling'], says: { sampling, root: 9 } },
      { parts: ['root'], says: { root: 2 } },
      { parts: ['slots'], says: undefined },
    ],
    { slots: {} },
  );
  t.same(said, { sampling, root: 2 });
});

t.test('what a source does not know yet stays as it was told', async (t) => {
  const before = { sampling, root: 1 };
  t.same(composeDesired([{ parts: ['sampling'], says: null }], before), { sampling });
  t.same(
    composeDesired([{ parts: ['sampling'], says: undefined }], before),
    {},
    'it knows: nothing',
  );
});

t.test('the same is said in the same words', async (t) => {
  const sources = [
    { parts: ['root'] as const, says: { root: 1 } },
    { parts: ['sampling'] as const, says: { sampling } },
  ];
  t.equal(
    JSON.stringify(composeDesired(sources, {})),
    JSON.stringify(composeDesired(sources, { sampling })),
  );
});
