import t from 'tap';
import {
  type Drawing,
  drawingOf,
  edit,
  hasRoom,
  type Look,
  mistakeOf,
  rectangle,
} from '../../../control-plane/dashboard/src/device/look/drawing.ts';
import { findArea } from '../../../control-plane/dashboard/src/device/look/find-area.ts';
import type { LookDraft } from '../../../control-plane/dashboard/src/device/look/look-draft.ts';
import { withLook } from '../../../control-plane/dashboard/src/device/look/look-settings.ts';
import {
  lookWords,
  scheduleWords,
} from '../../../control-plane/dashboard/src/device/look/look-words.ts';
import { motionDraftOf } from '../../../control-plane/dashboard/src/device/look/motion-draft.ts';
import { scheduleDraftOf } from '../../../control-plane/dashboard/src/device/look/schedule-draft.ts';
import { stepOf } from '../../../control-plane/dashboard/src/device/look/step-of.ts';

const OWN = rectangle([0, 0], [0.2, 0.2]) as [number, number][];
const OTHER = rectangle([0.5, 0.5], [0.7, 0.8]) as [number, number][];
const PLAIN = { masks: [], ownMasks: 0 };
const empty = drawingOf(PLAIN);
const cornersOf = ({ areas }: Drawing) => areas.map(({ corners }) => corners);

t.test('what a device says is drawn; what is its own stays', async (t) => {
  const look = { region: OTHER, masks: [OWN, OTHER], ownMasks: 1, motion: { masks: [OWN] } };
  const drawing = drawingOf(look);
  t.same(
    drawing.areas.map(({ kind, fixed }) => [kind, fixed]),
    [
      ['region', false],
      ['mask', true],
      ['mask', false],
      ['motion', false],
    ],
  );
  t.ok(drawing.gated);
  const { id } = drawing.areas[1]!;
  for (const stroke of [
    { do: 'move', id, by: [0.1, 0.1] },
    { do: 'remove', id },
    { do: 'drop', id, corner: 0 },
  ] as const) {
    t.same(cornersOf(edit(drawing, stroke)), cornersOf(drawing), stroke.do);
  }
});

t.test('areas are added, moved, bent and removed, within the picture', async (t) => {
  let drawing = edit(empty, {
    do: 'add',
    kind: 'mask',
    corners: rectangle([0.3, 0.6], [0.1, 0.2]),
  });
  const id = drawing.chosen!;
  const at = () => drawing.areas.find((area) => area.id === id)?.corners;
  t.same(at(), [
    [0.1, 0.2],
    [0.3, 0.2],
    [0.3, 0.6],
    [0.1, 0.6],
  ]);
  drawing = edit(drawing, { do: 'move', id, by: [0.9, -0.9] });
  t.same(at(), rectangle([0.8, 0], [1, 0.4]), 'its form stays at the border');
  drawing = edit(drawing, { do: 'corner', id, corner: 0, to: [-3, 0.12345] });
  t.same(at()?.[0], [0, 0.123]);
  drawing = edit(drawing, { do: 'split', id, corner: 3 });
  t.same(at()?.[4], [0.4, 0.262]);
  drawing = edit(edit(drawing, { do: 'drop', id, corner: 4 }), { do: 'drop', id, corner: 0 });
  t.equal(at()?.length, 3);
  t.equal(edit(drawing, { do: 'drop', id, corner: 0 }).areas[0]?.corners.length, 3);
  t.same(edit(drawing, { do: 'remove', id }).areas, []);
});

t.test('there is one region, and room for sixteen others of a kind', async (t) => {
  const two = ['region', 'region'] as const;
  const drawing = two.reduce((so, kind) => edit(so, { do: 'add', kind }), empty);
  t.equal(drawing.areas.length, 1);
  let full = empty;
  for (let i = 0; i < 20; i++) full = edit(full, { do: 'add', kind: 'mask' });
  t.equal(full.areas.length, 16);
  t.notOk(hasRoom(full, 'mask'));
  t.ok(hasRoom(full, 'motion'));
  const bent = edit(drawing, { do: 'corner', id: drawing.chosen!, corner: 0, to: [0.95, 0.5] });
  t.match(mistakeOf(bent.areas[0]!), /edges that do not cross/);
  t.equal(mistakeOf(drawing.areas[0]!), null);
});

t.test('a stroke within the region draws, unless the region is drawn', async (t) => {
  const { areas } = drawingOf({
    ...PLAIN,
    region: rectangle([0, 0], [1, 1]) as typeof OWN,
    masks: [OTHER],
  });
  t.equal(findArea(areas, [0.1, 0.1], 'mask'), undefined);
  t.equal(findArea(areas, [0.1, 0.1], 'region')?.kind, 'region');
  t.equal(findArea(areas, [0.6, 0.6], 'region')?.kind, 'mask', 'what lies on top first');
});

const draftOf = (look: Look, drawing = drawingOf(look)): LookDraft => ({
  drawing,
  motion: motionDraftOf(look),
  schedule: scheduleDraftOf(look),
});

t.test('it is saved over what holds, and without what is the device own', async (t) => {
  const look = { ...PLAIN, masks: [OWN], ownMasks: 1 };
  const drawn = edit(drawingOf(look), { do: 'add', kind: 'mask', corners: OTHER });
  const settings = {
    log: { level: 'debug' },
    cameras: { cam0: { decide: { enter: 0.9 }, look: { schedule: 'always' } }, cam1: null },
  };
  t.same(withLook(settings, 'cam0', draftOf(look, drawn), look), {
    log: { level: 'debug' },
    cameras: {
      cam0: { decide: { enter: 0.9 }, look: { schedule: 'always', masks: [OTHER] } },
      cam1: null,
    },
  });
  const before = { ...PLAIN, region: OWN, motion: { masks: [] } };
  const wider = edit(edit(drawingOf(before), { do: 'remove', id: 0 }), { do: 'gate', on: false });
  t.same(withLook({}, 'cam0', draftOf(before, wider), before), {
    cameras: { cam0: { look: { region: null, masks: [], motion: 'off' } } },
  });
});

t.test('in words', async (t) => {
  t.same(lookWords(PLAIN, undefined), ['the whole picture']);
  const all = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const times = [
    { days: all.slice(0, 5), from: '06:00', to: '22:00' },
    { days: ['sat', 'sun', 'wed'] as ('sat' | 'sun' | 'wed')[], from: '08:00', to: '12:00' },
  ];
  const schedule = { timeZone: 'Europe/Vienna', times };
  t.equal(
    scheduleWords(schedule),
    'Mon–Fri 06:00–22:00, Wed, Sat, Sun 08:00–12:00 (Europe/Vienna)',
  );
  t.equal(
    scheduleWords({ timeZone: 'UTC', times: [{ days: [...all], from: '22:00', to: '06:00' }] }),
    'daily 22:00–06:00 (UTC)',
  );
  const look = { region: OWN, masks: [OWN, OTHER], ownMasks: 0, motion: { masks: [OWN] } };
  const health = { still: 98, classified: 2, resting: true } as Parameters<typeof lookWords>[1];
  t.same(lookWords(look, health), [
    'a part of the picture',
    '2 areas hidden',
    'only when something moves (98\u00a0% of its frames were still)',
    'motion ignored in 1 area',
    'off now',
  ]);
});

t.test('arrow keys', async (t) => {
  t.same(stepOf({ key: 'ArrowLeft', shiftKey: false }), [-0.005, 0]);
  t.same(stepOf({ key: 'ArrowDown', shiftKey: true }), [0, 0.05]);
  t.equal(stepOf({ key: 'a', shiftKey: false }), null);
});
