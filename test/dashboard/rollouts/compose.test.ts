import t from 'tap';
import { Problem } from '../../../control-plane/dashboard/src/api/problem.ts';
import {
  afterPress,
  type Step,
} from '../../../control-plane/dashboard/src/rollouts/compose/after-press.ts';
import { checkDraft } from '../../../control-plane/dashboard/src/rollouts/compose/check-draft.ts';
import { firstDraft } from '../../../control-plane/dashboard/src/rollouts/compose/draft.ts';
import { draftOf } from '../../../control-plane/dashboard/src/rollouts/compose/draft-of.ts';
import {
  forgetDraft,
  keepDraft,
  keptDraft,
} from '../../../control-plane/dashboard/src/rollouts/compose/kept-draft.ts';
import { verbOf } from '../../../control-plane/dashboard/src/rollouts/compose/verb.ts';
import { versionOptions } from '../../../control-plane/dashboard/src/rollouts/compose/version-options.ts';
import { session } from '../../../control-plane/dashboard/src/session/session-state.ts';
import type {
  RolloutPreview,
  RolloutRequest,
} from '../../../control-plane/src/resources/rollout.ts';

const preview = (canary: number, more: object = {}): RolloutPreview =>
  ({
    rollout: 'r1',
    plan: { offline: 'wait', waves: [] },
    target: canary,
    conflicts: [],
    gateReasons: [],
    waves: [{ wave: 0, devices: canary, offline: 0, already: 0, names: [] }],
    ...more,
  }) as unknown as RolloutPreview;
const HELD = [{ rollout: 'r2', name: 'spring', state: 'baking', devices: 1, yields: false }];

const request = {} as RolloutRequest;
const plan = { request, preview: preview(1), problem: null, fresh: true, waits: true };
const problem = (status: number) => new Problem(status, 'CODE', 'Expected.');

const PRESSES: readonly (readonly [string, Parameters<typeof afterPress>[0], boolean, Step])[] = [
  ['all is known', plan, false, 'send'],
  ['nothing can be meant yet', { ...plan, request: null, fresh: false }, false, 'refuse'],
  ['what is shown is of another plan', { ...plan, fresh: false }, false, 'wait'],
  ['nothing is shown yet', { ...plan, preview: null, fresh: false }, false, 'wait'],
  ['the note is of another plan', { ...plan, problem: problem(422), fresh: false }, true, 'wait'],
  ['it came meanwhile', plan, true, 'send'],
  [
    'it can not be meant, as came out meanwhile',
    { ...plan, problem: problem(422) },
    true,
    'refuse',
  ],
  ['nobody can say', { ...plan, preview: null, problem: problem(0) }, true, 'refuse'],
  ['nobody fits, as who pressed could see', { ...plan, preview: preview(0) }, false, 'send'],
  ['nobody fits, as came out meanwhile', { ...plan, preview: preview(0) }, true, 'look'],
  [
    'the gate refused it, as came out meanwhile',
    { ...plan, preview: preview(1, { gateReasons: ['It gets 3 less.'] }) },
    true,
    'look',
  ],
];
for (const [name, known, waited, step] of PRESSES) {
  t.test(`pressed, and ${name}: ${step}`, async (t) => t.equal(afterPress(known, waited), step));
}

t.test('the button says what it does, to as many as are known to be hit', async (t) => {
  const draft = firstDraft('Europe/Berlin');
  t.equal(verbOf(draft, preview(1)), 'Start it with 1 device');
  t.equal(verbOf(draft, preview(3)), 'Start it with 3 devices');
  t.equal(verbOf(draft, null), 'Start it', 'not with those of another plan');
  t.equal(verbOf(draft, preview(3, { conflicts: HELD })), 'Plan it: it waits its turn');
  t.equal(verbOf({ ...draft, start: 'by hand' }, preview(1)), 'Plan it');
  t.equal(verbOf({ ...draft, approval: true }, preview(1)), 'Plan it, for approval');
});

t.test('an address begins a plan; what it can not mean is left out', async (t) => {
  const of = (query: string) => draftOf(new URLSearchParams(query), 'Europe/Berlin');
  t.same(of(''), firstDraft('Europe/Berlin'));
  t.match(of('task=parts&site=hall&tag=lab'), { task: 'parts', sites: 'hall', tags: 'lab' });
  const { request } = checkDraft(of('version=7'), 0);
  t.same(request?.cargo, { kind: 'configuration', version: 7 });
  t.match(of('version=new'), { kind: 'model', version: '' });
});

t.test(
  'the version that is planned can be seen, also where the list does not have it',
  async (t) => {
    const versions = [
      { version: 9, note: 'dim lamps', createdAt: '2026-11-26T18:00:00.000Z' },
      { version: 8, note: '', createdAt: '2026-11-25T18:00:00.000Z' },
    ] as never;
    const values = (planned: string) => versionOptions(versions, planned).map(({ value }) => value);
    t.same(values(''), ['9', '8']);
    t.same(values('8'), ['9', '8']);
    t.same(values('3'), ['3', '9', '8']);
    t.equal(versionOptions([], '3')[0]?.label, '3');
    t.equal(versionOptions(versions, '')[0]?.label, '9, dim lamps');
  },
);

t.test('what was written is found again where it was, by who wrote it', async (t) => {
  const by = (name: string) => {
    session.value = { name } as unknown as typeof session.value;
  };
  const draft = { ...firstDraft('Europe/Berlin'), sites: 'hall' };
  by('ann');
  t.equal(keptDraft(''), null);
  keepDraft('', draft);
  t.equal(keptDraft(''), draft);
  t.equal(keptDraft('version=7'), null, 'another address begins another');
  by('bob');
  t.equal(keptDraft(''), null, 'nor is it of who comes after');
  by('ann');
  forgetDraft();
  t.equal(keptDraft(''), null);
});
