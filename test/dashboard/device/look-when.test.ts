import { DAYS } from '@edgeloop/protocol';
import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import {
  drawingOf,
  edit,
  type Look,
} from '../../../control-plane/dashboard/src/device/look/drawing.ts';
import {
  hasChanged,
  hasMistake,
  type LookDraft,
} from '../../../control-plane/dashboard/src/device/look/look-draft.ts';
import { withLook } from '../../../control-plane/dashboard/src/device/look/look-settings.ts';
import {
  motionDraftOf,
  motionMistakes,
} from '../../../control-plane/dashboard/src/device/look/motion-draft.ts';
import {
  PROPOSED_TIME,
  type ScheduleDraft,
  scheduleDraftOf,
  scheduleMistakes,
  withDay,
} from '../../../control-plane/dashboard/src/device/look/schedule-draft.ts';
import { GOOD } from '../../agent/config/stand/good-config.ts';

const OWN: [number, number][] = [
  [0, 0],
  [0.2, 0],
  [0.2, 0.2],
];
const PLAIN = { masks: [], ownMasks: 0 };
const empty = drawingOf(PLAIN);

const draftOf = (look: Look, drawing = drawingOf(look)): LookDraft => ({
  drawing,
  motion: motionDraftOf(look),
  schedule: scheduleDraftOf(look),
});

t.test('what was changed of the motion gate is saved, and all of it when it begins', async (t) => {
  const saved = (draft: LookDraft, before: Look, held: object) =>
    withLook({ cameras: { cam0: { look: held } } }, 'cam0', draft, before).cameras as {
      cam0: { look: object };
    };
  const gated = edit(empty, { do: 'gate', on: true });
  const held = { motion: { hold: '2s', masks: [OWN] } };
  t.same(saved(draftOf(PLAIN, gated), PLAIN, held).cam0.look, {
    masks: [],
    motion: { threshold: 16, area: 0.5, hold: '5s', atLeastEvery: '5s', masks: [] },
  });
  const told = { threshold: 24, area: 0.007, holdMillis: 1500, atLeastEveryMillis: 60_000 };
  const before = { ...PLAIN, motion: { masks: [], ...told } };
  const draft = draftOf(before);
  t.same(draft.motion, { threshold: '24', area: '0.7', hold: '1500ms', atLeastEvery: '1min' });
  t.notOk(hasChanged(draft, before));
  const motion = { ...draft.motion, area: ' 2.5 ' };
  t.ok(hasChanged({ ...draft, motion }, before));
  t.same(saved({ ...draft, motion }, before, held).cam0.look, {
    masks: [],
    motion: { hold: '2s', area: 2.5, masks: [] },
  });
  const old = { ...PLAIN, motion: { masks: [] } };
  t.same(draftOf(old).motion, { threshold: '', area: '', hold: '', atLeastEvery: '' });
  t.notOk(hasMistake(draftOf(old), old), 'an agent that does not say keeps what it has');
  t.same(saved(draftOf(old), old, held).cam0.look, {
    masks: [],
    motion: { hold: '2s', masks: [] },
  });
});

t.test('a schedule is saved when it is another; whose clock counts stays', async (t) => {
  const schedule = { timeZone: 'Europe/Vienna', times: [PROPOSED_TIME] };
  const saved = (change: Partial<ScheduleDraft>, before: Look, held: object = {}) => {
    const draft = draftOf(before);
    const settings = { cameras: { cam0: { look: held } } };
    const changed = { ...draft, schedule: { ...draft.schedule, ...change } };
    t.equal(hasChanged(changed, before), Object.keys(change).length > 0);
    const { cameras } = withLook(settings, 'cam0', changed, before);
    return (cameras as { cam0: { look: { schedule?: unknown } } }).cam0.look.schedule;
  };
  const before = { ...PLAIN, schedule };
  const times = [withDay(withDay(PROPOSED_TIME, 'sun', false), 'sat', false)];
  t.same(times[0]?.days, ['mon', 'tue', 'wed', 'thu', 'fri']);
  t.equal(saved({}, before), undefined);
  t.same(saved({ on: true }, PLAIN), { times: [PROPOSED_TIME] });
  t.same(saved({ times }, before), { times }, "it may be the device's own");
  t.same(saved({ times, timeZone: 'UTC' }, before), { times, timeZone: 'UTC' });
  t.same(saved({ timeZone: '' }, before, { schedule }), { ...schedule, timeZone: null });
  t.equal(saved({ on: false }, before), 'always');
});

/** What the device says of the same in its agent.yaml, without where. */
function refusal(look: string): string {
  try {
    parseConfig(`${GOOD}    look: ${look}\n`, '/etc/agent.yaml');
  } catch (error) {
    const { message } = error as Error;
    return message.replace(/ for cameras\.[^,]*/, '').replace(/^.*expected/, 'Expected');
  }
  return 'nothing is wrong';
}

const LOOK = { ...PLAIN, maxGapMillis: 10_000 };
for (const [key, text, yaml = text] of [
  ['threshold', '0'],
  ['threshold', '129'],
  ['threshold', '2.5'],
  ['threshold', 'much', '"much"'],
  ['area', '0'],
  ['area', '51'],
  ['area', '0,5', '"0,5"'],
  ['hold', '5', '"5"'],
  ['atLeastEvery', 'often'],
  ['atLeastEvery', '10s'],
] as const) {
  t.test(`a figure that the device would refuse: ${key} ${text}`, async (t) => {
    const motion = { ...motionDraftOf(LOOK), [key]: text };
    t.equal(motionMistakes(motion, LOOK)[key], refusal(`{ motion: { ${key}: ${yaml} } }`));
    const drawing = edit(empty, { do: 'gate', on: true });
    t.ok(hasMistake({ ...draftOf(LOOK, drawing), motion }, LOOK));
    t.notOk(hasMistake({ ...draftOf(LOOK), motion }, LOOK), 'it is off: it counts for nothing');
  });
}

t.test('figures that it takes', async (t) => {
  const motion = { threshold: '1', area: '50', hold: '0s', atLeastEvery: '9.5s' };
  const none = { threshold: null, area: null, hold: null, atLeastEvery: null };
  t.same(motionMistakes(motion, LOOK), none);
  t.same(motionMistakes({ ...motion, atLeastEvery: '1h' }, PLAIN), none, 'frame by frame');
});

for (const [what, change, yaml] of [
  ['from', { from: '6:00' }, '{ from: "6:00", to: "22:00" }'],
  ['to', { to: '25:00' }, '{ from: "06:00", to: "25:00" }'],
  ['from', { from: '24:00' }, '{ from: "24:00", to: "22:00" }'],
  ['to', { to: '06:00' }, '{ from: "06:00", to: "06:00" }'],
  ['days', { days: [] }, '{ days: [], from: "06:00", to: "22:00" }'],
] as const) {
  t.test(`a time that the device would refuse: ${JSON.stringify(change)}`, async (t) => {
    const times = [{ ...PROPOSED_TIME, ...change, days: [...(change.days ?? DAYS)] }];
    const schedule = { on: true, timeZone: '', times };
    const mistakes = scheduleMistakes(schedule).times[0];
    t.equal(mistakes?.[what], refusal(`{ schedule: { times: [${yaml}] } }`));
    t.ok(hasMistake({ ...draftOf(LOOK), schedule }, LOOK));
    t.notOk(hasMistake({ ...draftOf(LOOK), schedule: { ...schedule, on: false } }, LOOK));
  });
}

t.test('a time zone that the device would refuse', async (t) => {
  const times = '[{ from: "06:00", to: "22:00" }]';
  const schedule = { on: true, timeZone: 'Europe/Wien', times: [PROPOSED_TIME] };
  t.equal(
    scheduleMistakes(schedule).timeZone,
    refusal(`{ schedule: { timeZone: Europe/Wien, times: ${times} } }`),
  );
  t.ok(hasMistake({ ...draftOf(LOOK), schedule }, LOOK));
});
