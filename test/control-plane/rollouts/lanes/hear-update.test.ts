import type { Sha256, Timestamp, UpdateReport } from '@edgeloop/protocol';
import t from 'tap';
import { hearConfiguration } from '../../../../control-plane/src/rollouts/lanes/configuration-lane.ts';
import { hearUpdate } from '../../../../control-plane/src/rollouts/lanes/hear-update.ts';

const OLD = 'a'.repeat(64) as Sha256;
const NEW = 'b'.repeat(64) as Sha256;
const since = '2026-11-24T00:00:00.000Z' as Timestamp;
const update = (state: UpdateReport['state'], generation = 5): UpdateReport => ({
  model: NEW,
  generation,
  state,
  since,
  attempts: 1,
});

/** What a slot says, told generation 5; back: it was told to run the old one. */
const CASES: readonly [string, boolean, Parameters<typeof hearUpdate>[1], string | null][] = [
  ['nothing of it', false, { model: OLD }, null],
  ['another generation', false, { model: OLD, update: update('failed', 4) }, null],
  ['waiting', false, { model: OLD, update: update('waiting') }, 'progress'],
  ['downloading', false, { model: OLD, update: update('downloading') }, 'progress'],
  ['verifying', false, { model: OLD, update: update('verifying') }, 'progress'],
  ['testing', false, { model: OLD, update: update('testing') }, 'progress'],
  ['activating', false, { model: OLD, update: update('activating') }, 'progress'],
  ['probation', false, { model: NEW, update: update('probation') }, 'try'],
  ['committed', false, { model: NEW, generation: 5, update: update('committed') }, 'commit'],
  ['runs by it, and says no more', false, { model: NEW, generation: 5 }, 'commit'],
  ['failed', false, { model: OLD, update: update('failed') }, 'fail'],
  ['refused', false, { model: OLD, update: update('refused') }, 'fail'],
  [
    'reverted after it was committed',
    false,
    { model: OLD, generation: 5, update: update('reverted') },
    'fail',
  ],
  ['back: on its way', true, { model: NEW, update: update('downloading') }, null],
  ['back: committed', true, { model: OLD, generation: 5, update: update('committed') }, 'back'],
  [
    'back: it failed, and runs the old one all the same',
    true,
    { model: OLD, update: update('failed') },
    'back',
  ],
  ['back: it failed, and runs the new one', true, { model: NEW, update: update('failed') }, 'fail'],
  ['back: not heard of', true, { model: NEW, generation: 4 }, null],
];

for (const [name, back, slot, event] of CASES) {
  t.test(name, async (t) => {
    const heard = hearUpdate({ back, generation: 5, before: OLD }, slot);
    t.equal(heard?.event ?? null, event);
    if (event === 'fail') t.equal(heard?.outcome, slot.update?.state);
    if (event === 'commit') t.equal(heard?.outcome, 'committed');
  });
}

/** Told version 5; back: told version 4, 0 for none. */
const CONFIGURATIONS: readonly [
  string,
  Parameters<typeof hearConfiguration>[0],
  number | null,
  string,
  string | null,
][] = [
  ['another version', { back: false, generation: 5, before: '4' }, 4, 'applied', null],
  ['trying', { back: false, generation: 5, before: '4' }, 5, 'trying', 'try'],
  ['applied', { back: false, generation: 5, before: '4' }, 5, 'applied', 'commit'],
  ['refused', { back: false, generation: 5, before: '4' }, 5, 'refused', 'fail'],
  ['reverted', { back: false, generation: 5, before: '4' }, 5, 'reverted', 'fail'],
  ['back: applied', { back: true, generation: 4, before: '4' }, 4, 'applied', 'back'],
  ['back: trying', { back: true, generation: 4, before: '4' }, 4, 'trying', null],
  ['back to none', { back: true, generation: 0, before: null }, null, 'applied', 'back'],
  ['back to none: not yet', { back: true, generation: 0, before: null }, 5, 'applied', null],
];

for (const [name, told, version, state, event] of CONFIGURATIONS) {
  t.test(`configuration, ${name}`, async (t) => {
    const report = version === null ? undefined : { version, state: state as 'applied', since };
    t.equal(hearConfiguration(told, report)?.event ?? null, event);
  });
}
