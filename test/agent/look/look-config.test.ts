import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { effectiveConfig } from '../../../agent/src/configuration/effective-config.ts';
import { reportLook } from '../../../agent/src/look/report-look.ts';
import { GOOD } from '../config/stand/good-config.ts';

const camera = (look: string, more = '') =>
  [...parseConfig(`${GOOD}    look: ${look}\n${more}`, '/etc/agent.yaml').cameras.values()][0]!;

t.test('all of the picture, always and every frame, unless told otherwise', async (t) => {
  const [one] = parseConfig(GOOD, 'agent.yaml').cameras.values();
  t.same(one?.look, { region: null, masks: [], ownMasks: 0, motion: null, schedule: null });
  t.same(reportLook(one!), { masks: [], ownMasks: 0, maxGapMillis: 10_000 });
});

t.test('areas, motion and times are filled in, and reported', async (t) => {
  const one = camera(
    '{ region: { x: 0.25, y: 0, width: 0.5, height: 1 }, masks: [[[0, 0], [1, 0], [0, 1]]], motion: {}, schedule: { timeZone: Europe/Vienna, times: [{ from: "22:00", to: "06:00" }] } }',
  );
  const { look } = one;
  t.same(look, {
    region: [
      [0.25, 0],
      [0.75, 0],
      [0.75, 1],
      [0.25, 1],
    ],
    masks: [
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    ],
    ownMasks: 1,
    motion: { threshold: 16, area: 0.005, hold: 5_000, atLeastEvery: 5_000, masks: [] },
    schedule: {
      timeZone: 'Europe/Vienna',
      times: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '22:00', to: '06:00' },
      ],
    },
  });
  const { region, masks, schedule } = look;
  t.same(reportLook(one), {
    region,
    masks,
    ownMasks: 1,
    schedule,
    maxGapMillis: 10_000,
    motion: { masks: [], threshold: 16, area: 0.005, holdMillis: 5_000, atLeastEveryMillis: 5_000 },
  });
  t.equal(camera('{ motion: off, schedule: always }').look.motion, null);
});

for (const [what, look, message] of [
  ['a key with a typo', '{ mask: [] }', /look\.mask: unknown key\. Did you mean "masks"\?/],
  ['a key of motion with a typo', '{ motion: { hld: 1s } }', /motion\.hld: unknown key.*"hold"/],
  [
    'edges that cross',
    '{ masks: [[[0, 0], [1, 1], [1, 0], [0, 1]]] }',
    /^agent\.yaml:\d+: cameras\.cam0\.look\.masks\[0\]: expected edges that do not cross/,
  ],
  ['two corners', '{ region: [[0, 0], [1, 1]] }', /look\.region/],
  ['a corner outside', '{ region: [[0, 0], [1.2, 1], [0, 1]] }', /look\.region/],
  [
    'a rectangle that leaves the picture',
    '{ region: { x: 0.6, y: 0, width: 0.5, height: 1 } }',
    /region: expected a rectangle within the picture/,
  ],
  [
    'frames so rare that occurrences are torn',
    '{ motion: { atLeastEvery: 20s } }',
    /motion\.atLeastEvery: expected less than decide\.maxGap \(10s\).*received 20s/,
  ],
  [
    'a time of no length',
    '{ schedule: { times: [{ from: "06:00", to: "06:00" }] } }',
    /expected a time with a length, received 06:00 to 06:00/,
  ],
  ['no times', '{ schedule: { times: [] } }', /schedule/],
  [
    'no clock has it',
    '{ schedule: { times: [{ from: "6:00", to: "25:00" }] } }',
    /a time of day such as 06:30.*received "6:00"/,
  ],
  [
    'a day that is none',
    '{ schedule: { times: [{ days: [monday], from: "06:00", to: "07:00" }] } }',
    /days\[0\].*received "monday"/,
  ],
  [
    'a time zone that is none',
    '{ schedule: { timeZone: Europe/Wien, times: [{ from: "06:00", to: "07:00" }] } }',
    /timeZone: expected an IANA time zone.*received "Europe\/Wien"/,
  ],
] as const) {
  t.test(`a mistake: ${what}`, async (t) => {
    t.throws(() => camera(look), { code: 'CONFIG_INVALID', message });
  });
}

t.test('frames that are published one by one may be as rare as one likes', async (t) => {
  const one = camera('{ motion: { atLeastEvery: 1h } }', '    decide: { mode: frame }\n');
  t.equal(one.look.motion?.atLeastEvery, 3_600_000);
  t.notOk('maxGapMillis' in reportLook(one));
});

const SERVED = `${GOOD}server:\n  url: https://edgeloop.lan\n`;
const MASK = '[[0, 0], [0.5, 0], [0, 0.5]]';
const masked = { text: `${GOOD}    look: { masks: [${MASK}] }\n`, path: '/etc/agent.yaml' };
const changed = (source: typeof masked, settings: Record<string, unknown>) =>
  effectiveConfig(source, { version: 1, settings });
const inCam0 = (settings: object) => ({ cameras: { cam0: settings } });

t.test('from afar one can hide more, never less', async (t) => {
  const other = [
    [0.5, 0.5],
    [1, 0.5],
    [1, 1],
  ];
  for (const [masks, expected] of [
    [[other], 2],
    [[], 1],
    [[JSON.parse(MASK), other], 2],
  ] as const) {
    const [one] = changed(masked, inCam0({ look: { masks } })).cameras.values();
    t.same(one?.look.masks[0], JSON.parse(MASK), 'its own stands first');
    t.match(one?.look, { ownMasks: 1, masks: { length: expected } });
  }
  const [kept] = changed(masked, inCam0({ look: null })).cameras.values();
  t.same(kept?.look.masks, [JSON.parse(MASK)]);
  const unmasked = { ...masked, text: GOOD };
  const [added] = changed(unmasked, inCam0({ look: { masks: [other] } })).cameras.values();
  t.match(added?.look, { ownMasks: 0, masks: [other] });
});

t.test('nobody looks behind a mask by another way', async (t) => {
  for (const [settings, message] of [
    [inCam0({ source: { path: '/elsewhere' } }), /cam0\.source: expected that of agent\.yaml/],
    [
      { cameras: { cam0: null, cam1: { slot: 'main', source: { kind: 'synthetic' } } } },
      /cameras\.cam1: expected no camera beside those of agent\.yaml, where cam0 has masks/,
    ],
  ] as const) {
    t.throws(() => changed(masked, settings), { code: 'CONFIG_UNCHANGEABLE', message });
    t.doesNotThrow(() => changed({ ...masked, text: GOOD }, settings));
  }
});

t.test('pictures that stay: nothing is left to leave by, and none from afar', async (t) => {
  const text = `${SERVED}image: {}\nprivacy: { pictures: stay }\n`;
  const nothing = { privacy: { pictures: 'stay' }, sampling: null, pictures: null, image: null };
  t.match(parseConfig(text, 'agent.yaml'), nothing);
  const own = { ...masked, text };
  for (const settings of [
    {},
    { privacy: null },
    { privacy: { pictures: 'leave' } },
    { pictures: { every: '1s' }, sampling: { random: { oneIn: 1 } } },
  ]) {
    t.match(changed(own, settings), nothing, JSON.stringify(settings));
  }
  const open = { ...masked, text: SERVED };
  t.match(changed(open, {}), {
    privacy: { pictures: 'leave' },
    pictures: Object,
    sampling: Object,
  });
  t.match(changed(open, { privacy: { pictures: 'stay' } }), nothing, 'asked for from afar');
  t.throws(
    () => parseConfig(`${GOOD}privacy: { picture: stay }\n`, 'a'),
    /privacy\.picture: unknown/,
  );
});
