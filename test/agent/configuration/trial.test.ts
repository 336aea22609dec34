import { type Desired, epochMillis } from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import {
  type ConfigurationState,
  NO_CONFIGURATION,
} from '../../../agent/src/configuration/configuration-state.ts';
import {
  reportOf,
  running,
  sameChoice,
  step,
  type TrialEvent,
  wishOf,
} from '../../../agent/src/configuration/trial.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';

const NOW = epochMillis(MIDNIGHT);
const one = { version: 1, settings: { log: { level: 'debug' } } };
const two = { version: 2, settings: { log: { level: 'warn' } } };
const reason = { code: 'NO', message: 'no' };
const run = (...events: readonly TrialEvent[]): ConfigurationState =>
  events.reduce((state, event) => step(state, event, NOW), NO_CONFIGURATION);

const begin = (chosen: typeof one | null): TrialEvent => ({ kind: 'right', chosen });
const heard: TrialEvent = { kind: 'on trial', heard: true };
const unheard: TrialEvent = { kind: 'on trial', heard: false };
const boot: TrialEvent = { kind: 'boot' };
const late: TrialEvent = { kind: 'late', reason };
const failed: TrialEvent = { kind: 'failed', reason };
const wrong: TrialEvent = { kind: 'wrong', chosen: two, reason };

const CASES: readonly (readonly [string, readonly TrialEvent[], unknown, unknown])[] = [
  ['nothing said', [], null, null],
  ['new', [begin(one)], one, [1, 'trying']],
  ['not heard of yet', [begin(one), unheard], one, [1, 'trying']],
  ['heard of', [begin(one), heard], one, [1, 'applied']],
  ['heard of after two starts', [begin(one), boot, boot, heard], one, [1, 'applied']],
  ['three starts', [begin(one), boot, boot, boot], null, [1, 'reverted']],
  ['starts of what is kept', [begin(one), heard, boot, boot, boot], one, [1, 'applied']],
  ['late', [begin(one), late], null, [1, 'reverted']],
  ['late over one that is kept', [begin(one), heard, begin(two), late], one, [2, 'reverted']],
  ['late when it was heard of', [begin(one), heard, late], one, [1, 'applied']],
  ['it does not start', [begin(one), failed], null, [1, 'reverted']],
  ['wrong over one that is kept', [begin(one), heard, wrong], one, [2, 'refused']],
  ['wrong during a trial', [begin(one), wrong], null, [2, 'refused']],
  ['another during a trial', [begin(one), begin(two)], two, [2, 'trying']],
  ['the kept one again', [begin(one), heard, begin(two), { kind: 'kept' }], one, [1, 'applied']],
  [
    'the kept one after a wrong one',
    [begin(one), heard, wrong, { kind: 'kept' }],
    one,
    [1, 'applied'],
  ],
  ['withdrawn, on trial', [begin(one), heard, begin(null)], null, null],
  ['withdrawn', [begin(one), heard, begin(null), heard], null, null],
  ['withdrawn in vain', [begin(one), heard, begin(null), failed], one, [1, 'applied']],
  ['agent.yaml no longer fits', [begin(one), heard, failed], null, [1, 'reverted']],
  ['nothing to take back', [failed], null, null],
];
for (const [name, events, runs, says] of CASES) {
  t.test(name, async (t) => {
    const state = run(...events);
    t.ok(sameChoice(running(state), runs as typeof one | null));
    const report = reportOf(state);
    t.same(report && [report.version, report.state], says);
  });
}

t.test('what is not applied is told with what is kept for it', async (t) => {
  for (const [events, kept] of [
    [[begin(one)], null],
    [[begin(one), late], null],
    [[wrong], null],
    [[begin(one), heard, begin(two)], 1],
    [[begin(one), heard, begin(two), late], 1],
    [[begin(one), heard, wrong], 1],
    [[begin(one), heard, failed], null],
    [[begin(one), heard], undefined],
  ] as const) {
    t.equal(reportOf(run(...events))?.kept, kept, events.map(({ kind }) => kind).join(', '));
  }
});

t.test('a withdrawal that failed is told with what runs on', async (t) => {
  t.same(reportOf(run(begin(one), heard, begin(null), failed))?.reason, reason);
});

const WISHES: readonly (readonly [
  string,
  ConfigurationState,
  Desired['configuration'],
  unknown,
])[] = [
  ['nothing over nothing', run(), undefined, { kind: 'kept' }],
  ['a new one', run(), one, { kind: 'new', chosen: one }],
  ['on trial', run(begin(one)), one, unheard],
  ['on trial and heard of', run(begin(one)), { ...one, heard: true }, heard],
  ['kept', run(begin(one), heard), { ...one, heard: true }, { kind: 'kept' }],
  [
    'the number of the kept one, other settings',
    run(begin(one), heard),
    { ...two, version: 1 },
    { kind: 'new' },
  ],
  ['taken back before', run(begin(one), failed), one, { kind: 'past' }],
  ['heard of too late', run(begin(one), failed), { ...one, heard: true }, { kind: 'past' }],
  [
    'the number of one taken back, other settings',
    run(begin(one), failed),
    { ...two, version: 1 },
    { kind: 'new' },
  ],
  ['withdrawn', run(begin(one), heard), undefined, { kind: 'new', chosen: null }],
  ['withdrawn, told again', run(begin(one), heard, begin(null)), undefined, heard],
  ['withdrawn in vain', run(begin(one), heard, begin(null), failed), undefined, { kind: 'past' }],
  [
    'withdrawn in vain, and once more after another',
    run(begin(one), heard, begin(null), failed, begin(two), heard),
    undefined,
    { kind: 'new', chosen: null },
  ],
];
for (const [name, state, wanted, wish] of WISHES) {
  t.test(`wanted: ${name}`, async (t) => {
    t.match(wishOf(state, wanted), wish as object);
  });
}

t.test(
  'whatever happens: what was taken back is not tried again, and the file keeps its bounds',
  async () => {
    const wants = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
    const acts = fc.oneof(
      fc.record({ want: wants, heard: fc.boolean(), right: fc.boolean() }),
      fc.constantFrom('boot' as const, 'failed' as const),
    );
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 60 }), (history) => {
        let state = NO_CONFIGURATION;
        for (const act of history) {
          if (act === 'boot') state = step(state, boot, NOW);
          else if (act === 'failed') state = step(state, failed, NOW);
          else {
            const wanted = act.want
              ? { version: act.want, settings: {}, heard: act.heard }
              : undefined;
            const wish = wishOf(state, wanted);
            const given = state.past.some(({ version }) => version === (act.want ?? null));
            if (wish.kind !== 'new') state = step(state, wish, NOW);
            else {
              if (given) return false;
              const { chosen } = wish;
              const event: TrialEvent = act.right
                ? { kind: 'right', chosen }
                : { kind: 'wrong', chosen, reason };
              state = step(state, event, NOW);
            }
          }
          if (state.past.length > 16) return false;
          // A trial of what runs anyway would restart for nothing.
          if (state.trial && sameChoice(state.trial.chosen, state.kept)) return false;
        }
        return true;
      }),
    );
  },
);
