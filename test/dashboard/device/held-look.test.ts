import t from 'tap';
import {
  drawingOf,
  edit,
  type Look,
  rectangle,
} from '../../../control-plane/dashboard/src/device/look/drawing.ts';
import { beginning } from '../../../control-plane/dashboard/src/device/look/held-configuration.ts';
import { heldLook } from '../../../control-plane/dashboard/src/device/look/held-look.ts';
import { withLook } from '../../../control-plane/dashboard/src/device/look/look-settings.ts';
import { motionDraftOf } from '../../../control-plane/dashboard/src/device/look/motion-draft.ts';
import { scheduleDraftOf } from '../../../control-plane/dashboard/src/device/look/schedule-draft.ts';

const OWN = rectangle([0, 0], [0.2, 0.2]) as [number, number][];
const SAVED = rectangle([0.5, 0.5], [0.7, 0.8]) as [number, number][];
const DRAWN = rectangle([0.25, 0.25], [0.5, 0.5]) as [number, number][];
const NOW: Look = { masks: [OWN], ownMasks: 1, maxGapMillis: 10_000 };
const settingsOf = (look: object) => ({ cameras: { cam0: { look } } });
const heldOf = (look: object, now = NOW) => heldLook(settingsOf(look), 'cam0', now);

t.test('what was saved is still there after the next drawing, heard of or not', async (t) => {
  const times = [{ days: ['mon'], from: '06:00', to: '22:00' }];
  const motion = { threshold: 24, area: 0.5, hold: '5s', atLeastEvery: '9s', masks: [SAVED] };
  const look = { region: SAVED, masks: [SAVED], motion, schedule: { times } };
  const held = heldOf(look);
  const drawing = edit(drawingOf(held), { do: 'add', kind: 'mask', corners: DRAWN });
  const draft = { drawing, motion: motionDraftOf(held), schedule: scheduleDraftOf(held) };
  t.same(
    withLook(settingsOf(look), 'cam0', draft, held),
    settingsOf({ ...look, masks: [SAVED, DRAWN] }),
  );
});

t.test('a device looks as it says, with what is set over that', async (t) => {
  t.same(heldOf({}), NOW);
  t.same(heldLook({}, 'cam0', { ...NOW, masks: [OWN, SAVED] }), NOW, 'masks that were set before');
  t.same(heldOf({ masks: [OWN, SAVED] }).masks, [OWN, SAVED], 'none twice');
  const rectangular = { x: 0.5, y: 0.5, width: 0.2, height: 0.3 };
  t.same(heldOf({ masks: [rectangular] }).masks[1]?.[0], [0.5, 0.5]);
  const times = [{ days: ['sat' as const], from: '08:00', to: '12:00' }];
  const more: Look = {
    ...NOW,
    region: SAVED,
    schedule: { timeZone: 'Europe/Vienna', times },
    motion: { masks: [SAVED], threshold: 30, area: 0.01, holdMillis: 1, atLeastEveryMillis: 2 },
  };
  t.same(heldOf({}, more), more);
  t.same(heldOf({ region: null, masks: null, motion: 'off', schedule: 'always' }, more), NOW);
  const changed = {
    motion: { area: 2, hold: '3s', threshold: null },
    schedule: { timeZone: 'UTC' },
  };
  t.match(heldOf(changed, more), {
    motion: { masks: [SAVED], threshold: 16, area: 0.02, holdMillis: 3000, atLeastEveryMillis: 2 },
    schedule: { timeZone: 'UTC', times },
  });
  for (const wrong of [
    { masks: 'all' },
    { region: [[0, 1]] },
    { motion: { hold: 5 } },
    { schedule: { times: [{}] } },
  ]) {
    t.throws(() => heldOf(wrong), /^cameras\.cam0\.look\.\w+: expected .*, received .*\. Set /);
  }
});

const report = (version: number, state: string, kept?: number | null) =>
  ({ version, state, ...(kept !== undefined && { kept }) }) as Parameters<typeof beginning>[1];

for (const [what, assigned, said, from, does] of [
  ['agent.yaml alone', null, null, null, true],
  ['what runs', 13, report(13, 'applied'), 13, true],
  ['what is tried', 13, report(13, 'trying', 12), 13, true],
  ['what it has not heard of', 13, report(12, 'applied'), 13, false],
  ['what it has never heard of', 13, null, 13, false],
  ['a withdrawal it has not heard of', null, report(12, 'applied'), null, false],
  ['what runs in place of what it refused', 13, report(13, 'refused', 12), 12, true],
  ['its agent.yaml in place of what it took back', 13, report(13, 'reverted', null), null, true],
  ['what was saved, where its agent is too old to say', 13, report(13, 'refused'), 13, false],
] as const) {
  t.test(`one begins from ${what}`, async (t) => {
    t.same(beginning(assigned, said), { from, does });
  });
}
