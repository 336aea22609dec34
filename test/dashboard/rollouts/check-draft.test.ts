import t from 'tap';
import { checkDraft } from '../../../control-plane/dashboard/src/rollouts/compose/check-draft.ts';
import {
  addWave,
  type Draft,
  firstDraft,
  type WaveDraft,
} from '../../../control-plane/dashboard/src/rollouts/compose/draft.ts';
import { DEFAULT_GATES } from '../../../control-plane/src/rollouts/gates/default-gates.ts';
import { completePlan } from '../../../control-plane/src/rollouts/plan/complete-plan.ts';

const NOW = Date.parse('2026-11-26T18:00:00.000Z');
const MODEL = 'b'.repeat(64);
const FIRST: Draft = { ...firstDraft('Europe/Berlin'), task: 'parts', model: MODEL };
const [CANARY, SHARE] = FIRST.waves as [WaveDraft, WaveDraft];

t.test('what is offered at first is a plan that the control plane takes', async (t) => {
  const { request } = checkDraft(FIRST, NOW);
  t.match(request, {
    cargo: { kind: 'model', task: 'parts', slot: 'main', model: MODEL },
    target: {},
    start: 'now',
    waves: [
      { size: { count: 1 }, bakeMillis: 1_800_000, deadlineMillis: 3_600_000 },
      { size: { percent: 10 } },
      { size: { percent: 100 } },
    ],
  });
  t.same(completePlan(request as never).waves[0]?.gates, DEFAULT_GATES);
});

t.test('all that can be said stands in the request', async (t) => {
  const { request } = checkDraft(
    {
      ...FIRST,
      name: ' spring ',
      sites: 'hall-1, hall-2',
      tags: 'lab  line-3',
      devices: '',
      attributes: 'line=3, side=left=right',
      start: 'at',
      startAt: '2026-11-27T10:00',
      window: true,
      offline: 'skip',
      atOnce: '20',
      approval: true,
      priority: '-5',
      champion: false,
      shadow: true,
      shadowEvery: '7',
      shadowMinutes: '1.5',
      waves: [
        { ...CANARY, by: 'tags', size: 'lab' },
        { ...SHARE, gates: DEFAULT_GATES.slice(0, 1), bakeMinutes: '0.5' },
      ],
    },
    NOW,
  );
  t.same(request, {
    name: 'spring',
    cargo: { kind: 'model', task: 'parts', slot: 'main', model: MODEL },
    target: {
      sites: ['hall-1', 'hall-2'],
      tags: ['lab', 'line-3'],
      attributes: { line: '3', side: 'left=right' },
    },
    start: new Date('2026-11-27T10:00').toISOString(),
    offline: 'skip',
    approval: true,
    priority: -5,
    champion: false,
    waves: [
      { size: { filter: { tags: ['lab'] } }, bakeMillis: 1_800_000, deadlineMillis: 3_600_000 },
      {
        size: { percent: 10 },
        bakeMillis: 30_000,
        deadlineMillis: 3_600_000,
        gates: DEFAULT_GATES.slice(0, 1),
      },
    ],
    window: { from: '22:00', to: '05:00', timezone: 'Europe/Berlin' },
    atOnce: 20,
    shadow: { devices: 'first wave', every: 7, forMillis: 90_000 },
  });
  t.doesNotThrow(() => completePlan(request as never));
});

t.test('of a configuration it says what there is to say', async (t) => {
  const { request } = checkDraft({ ...FIRST, kind: 'configuration', version: '4' }, NOW);
  t.match(request, { cargo: { kind: 'configuration', version: 4 } });
  t.notOk(request && 'champion' in request);
  t.doesNotThrow(() => completePlan(request as never));
});

const withWaves = (...waves: WaveDraft[]): Partial<Draft> => ({ waves });

/** What is written, and the field that says why it can't be meant. */
const WRONG: readonly [string, Partial<Draft>, string, RegExp][] = [
  ['no task', { task: '', model: '' }, 'task', /Choose/],
  ['no model', { model: '' }, 'model', /Choose/],
  ['a slot in capitals', { slot: 'Main' }, 'slot', /lower case.*Main/],
  ['no slot', { slot: '' }, 'slot', /nothing/],
  ['no version', { kind: 'configuration' }, 'version', /Choose/],
  ['an attribute without a value', { attributes: 'line' }, 'attributes', /name=value.*line/],
  ['a start that has passed', { start: 'at', startAt: '2020-01-01T00:00' }, 'startAt', /to come/],
  ['no start', { start: 'at', startAt: '' }, 'startAt', /to come/],
  ['a window without length', { window: true, windowTo: '22:00' }, 'windowTo', /another time/],
  ['no device at once', { atOnce: '0' }, 'atOnce', /from 1/],
  ['a priority beyond its bounds', { priority: '101' }, 'priority', /100/],
  ['a shadow of no frame', { shadow: true, shadowEvery: '' }, 'shadowEvery', /from 1/],
  ['no size', withWaves({ ...CANARY, size: '' }), 'waves.0.size', /number of devices/],
  ['half a device', withWaves({ ...CANARY, size: '0.5' }), 'waves.0.size', /number of devices/],
  ['more than all', withWaves({ ...SHARE, size: '101' }), 'waves.0.size', /up to 100/],
  [
    'shares that fall',
    withWaves({ ...SHARE, size: '50' }, { ...SHARE, size: '10' }),
    'waves.1.size',
    /more than 50\s%/,
  ],
  ['no tag', withWaves({ ...CANARY, by: 'tags', size: ' ' }), 'waves.0.size', /tag/],
  ['no bake', withWaves({ ...CANARY, bakeMinutes: '' }), 'waves.0.bakeMinutes', /minutes/],
  [
    'a negative bake',
    withWaves({ ...CANARY, bakeMinutes: '-1' }),
    'waves.0.bakeMinutes',
    /minutes/,
  ],
  [
    'a deadline in a year',
    withWaves({ ...CANARY, deadlineMinutes: '525600' }),
    'waves.0.deadlineMinutes',
    /90 days/,
  ],
  ['no gate', withWaves({ ...CANARY, gates: [] }), 'waves.0.gates', /nobody would judge/],
  [
    'a gate with a limit that is none',
    withWaves({ ...CANARY, gates: [{ ...DEFAULT_GATES[0], limit: Number.NaN } as never] }),
    'waves.0.gates',
    /^Expected a number from 0 to 100 for “/,
  ],
];

for (const [name, changes, field, words] of WRONG) {
  t.test(`said in words before it is sent: ${name}`, async (t) => {
    const { request, mistakes } = checkDraft({ ...FIRST, ...changes }, NOW);
    t.equal(request, null);
    t.match(mistakes[field], words);
    t.equal(Object.keys(mistakes).length, 1, 'and nothing else is blamed');
  });
}

t.test('one more wave comes before the last, with a share between', async (t) => {
  const sizes = (waves: readonly WaveDraft[]) => waves.map(({ size }) => size);
  t.same(sizes(addWave(FIRST.waves)), ['1', '10', '55', '100']);
  t.same(sizes(addWave(addWave(FIRST.waves))), ['1', '10', '55', '78', '100']);
  t.same(sizes(addWave([CANARY])), ['1', '100']);
  t.ok(checkDraft({ ...FIRST, waves: addWave(FIRST.waves) }, NOW).request);
});
