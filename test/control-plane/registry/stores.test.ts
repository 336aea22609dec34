import {
  epochMillis,
  type Manifest,
  type Sha256,
  type Signature,
  type TaskId,
} from '@edgeloop/protocol';
import t from 'tap';
import type { Database } from '../../../control-plane/src/database/open-stores.ts';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { AliasStore } from '../../../control-plane/src/registry/alias-store.ts';
import {
  type AnnouncedPackage,
  ModelStore,
} from '../../../control-plane/src/registry/model-store.ts';
import { TaskStore } from '../../../control-plane/src/registry/task-store.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest as digestOf, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

const DOORS = 'doors' as TaskId;
const digest = (letter: string) => letter.repeat(64) as Sha256;

function announced(letter: string, more: Partial<AnnouncedPackage> = {}): AnnouncedPackage {
  const manifest = {
    name: `model ${letter}`,
    classes: ['open', 'shut'],
    metrics: { test: { int8: { accuracy: 0.9 }, float32: { accuracy: 0.91 } } },
    lineage: { dataset: digest('d'), recipe: {}, code: {} },
  } as unknown as Manifest;
  return {
    digest: digest(letter),
    task: DOORS,
    text: JSON.stringify(manifest),
    manifest,
    files: [{ path: 'manifest.json', sha256: digest(letter), bytes: 9 }],
    signature: null,
    parent: null,
    job: null,
    ...more,
  };
}

function open(database: Database) {
  let at = 1_700_000_000_000;
  const given = { database, now: () => epochMillis(at++) };
  const published: object[] = [];
  const told: object[] = [];
  return {
    tasks: new TaskStore({ ...given, events: { publish: (event) => told.push(event) } }),
    models: new ModelStore(given),
    aliases: new AliasStore({
      ...given,
      events: { publish: ({ kind, data }) => published.push({ kind, data }) },
    }),
    published,
    told,
  };
}

async function register(models: ModelStore, letter: string, more: Partial<AnnouncedPackage> = {}) {
  await models.announce(announced(letter, more), 'token:ci');
  await models.step(digest(letter), 'begin');
  await models.step(digest(letter), 'pass');
}

for (const { name, open: openDatabase } of DATABASES) {
  t.test(`${name}: a task knows whether samples of its own wait for a label`, async (t) => {
    const database = await openDatabase(t);
    const { tasks } = open(database);
    const now = () => epochMillis(1_700_000_000_000);
    const labels = new LabelStore({ database, now });
    for (const task of [DOORS, 'caps' as TaskId]) await tasks.create({ task }, 'token:ci');
    await new SampleStore({ database, now }).admit(arrival('a', sighting(), { task: DOORS }));
    const waiting = async () => (await tasks.list()).map(({ hasWaiting }) => hasWaiting);
    t.same(await waiting(), [false, true]);
    const speaker = { by: 'token:ci', settles: false };
    await labels.say(DOORS, digestOf('a'), { kind: 'none' }, speaker);
    t.same(await waiting(), [false, false]);
    await labels.say(
      DOORS,
      digestOf('a'),
      { kind: 'class', class: 'open' },
      { ...speaker, by: 'b' },
    );
    t.same(await waiting(), [false, true], 'a disputed one waits as well');
    t.equal((await tasks.view(DOORS)).hasWaiting, true);
  });

  t.test(`${name}: a task keeps its classes in the order in which they came`, async (t) => {
    const { tasks, told } = open(await openDatabase(t));
    const made = await tasks.create({ task: DOORS, classes: ['open', 'shut'] }, 'token:ci');
    t.match(made, { task: 'doors', aliases: [], createdBy: 'token:ci' });
    await t.rejects(tasks.create({ task: DOORS }, 'token:ci'), { code: 'CONFLICT' });
    await tasks.addClasses('doors', ['shut', 'ajar', 'open']);
    t.same(await tasks.classesOf('doors'), ['open', 'shut', 'ajar']);
    await tasks.addClasses('doors', ['ajar']);
    const changed = (...classes: string[]) => ({
      kind: 'task.changed',
      subject: { task: 'doors' },
      data: { classes },
    });
    t.same(
      told,
      [changed('open', 'shut'), changed('open', 'shut', 'ajar')],
      'who waits for classes is told of each that is new',
    );
    t.same(await tasks.list(), [await tasks.view('doors')]);
    t.equal((await tasks.view('doors')).hasWaiting, false);
    await t.rejects(tasks.view('none'), { code: 'NOT_FOUND' });
    await t.rejects(tasks.classesOf('none'), { code: 'NOT_FOUND' });
    await t.rejects(tasks.addClasses('none', []), { code: 'NOT_FOUND' });
    const many = Array.from({ length: 997 }, (_, i) => `class ${i}`);
    await tasks.addClasses('doors', many);
    const message = /at most 1000 classes of a task, received 1001 for doors\. .*another task/;
    await t.rejects(tasks.addClasses('doors', ['one more']), { code: 'CONFLICT', message });
    await tasks.addClasses('doors', ['open', 'class 996']);
    await tasks.addClasses('doors', ['of a model'], Number.POSITIVE_INFINITY);
    t.equal((await tasks.classesOf('doors')).length, 1001);
  });

  t.test(`${name}: a model goes through its states, and never back from registered`, async (t) => {
    const { tasks, models } = open(await openDatabase(t));
    await tasks.create({ task: DOORS }, 'token:ci');
    await t.rejects(models.view(digest('a')), { code: 'NOT_FOUND' });
    const first = await models.announce(announced('a'), 'token:ci');
    t.match(first, { state: 'announced', accuracy: 0.9, dataset: digest('d'), aliases: [] });
    t.same(await models.announce(announced('a'), 'token:other'), first, 'once');
    t.same(await models.files(digest('a')), announced('a').files);
    t.equal(await models.manifestText(digest('a')), announced('a').text);

    const refusal = { code: 'TOO_SLOW', message: 'too slow' } as const;
    for (const [step, taken, state] of [
      ['pass', false, 'announced'],
      ['begin', true, 'checking'],
      ['begin', false, 'checking'],
      ['giveUp', true, 'announced'],
      ['begin', true, 'checking'],
      ['refuse', true, 'refused'],
      ['begin', true, 'checking'],
      ['pass', true, 'registered'],
      ['begin', false, 'registered'],
      ['refuse', false, 'registered'],
    ] as const) {
      t.equal(await models.step(digest('a'), step, step === 'refuse' ? { refusal } : {}), taken);
      const { state: now, refusal: reason, decidedAt } = await models.view(digest('a'));
      t.equal(now, state, `${step} leads to ${state}`);
      t.same(reason, state === 'refused' ? refusal : null);
      t.equal(decidedAt !== null, state === 'refused' || state === 'registered');
    }
    t.equal(await models.anySigned(), false);
    const signature = { keyId: 'k', signature: 's' } as unknown as Signature;
    await models.announce(announced('b', { signature }), 'token:ci');
    t.equal(await models.anySigned(), true);
    await models.step(digest('b'), 'begin');
    await models.giveUpChecks();
    t.equal((await models.view(digest('b'))).state, 'announced', 'a check that a restart ended');
    t.equal((await models.view(digest('a'))).state, 'registered');
  });

  t.test(`${name}: a model belongs to one task, and its parents are known`, async (t) => {
    const { tasks, models } = open(await openDatabase(t));
    await tasks.create({ task: DOORS }, 'token:ci');
    await tasks.create({ task: 'lids' as TaskId }, 'token:ci');
    await register(models, 'a');
    await register(models, 'b', { parent: digest('a') });
    await register(models, 'c', { parent: digest('b') });
    t.same(await models.parents(digest('c')), [digest('b'), digest('a')]);
    await t.rejects(models.announce(announced('a', { task: 'lids' as TaskId }), 'x'), {
      code: 'CONFLICT',
    });
    await t.rejects(models.announce(announced('e', { parent: digest('f') }), 'x'), {
      code: 'NOT_FOUND',
    });
    const page = await models.list({ limit: 2, task: DOORS });
    t.same(
      page.models.map((model) => model.digest),
      [digest('c'), digest('b')],
    );
    const rest = await models.list({ limit: 2, cursor: page.next as string });
    t.match(rest, { models: [{ digest: digest('a') }], next: null });
    t.same((await models.list({ limit: 9, state: 'refused' })).models, []);
    const beginning = (digits: string) => models.list({ limit: 9, digest: digits });
    t.match((await beginning('bbbbbbbb')).models, [{ digest: digest('b') }]);
    t.same((await beginning('bbbbbbbc')).models, []);
    t.equal((await beginning(digest('c'))).models.length, 1, 'whole');
  });

  t.test(`${name}: an alias moves only as expected, and its moves are kept`, async (t) => {
    const { tasks, models, aliases, published } = open(await openDatabase(t));
    await tasks.create({ task: DOORS }, 'token:ci');
    for (const letter of ['a', 'b']) await register(models, letter);
    await models.announce(announced('c'), 'token:ci');
    const set = (letter: string, expected?: Sha256 | null) =>
      aliases.set(digest(letter), 'champion', 'token:ann', { expected });

    await t.rejects(set('c'), { code: 'CONFLICT', message: /announced/ });
    await t.rejects(set('f'), { code: 'NOT_FOUND' });
    await t.rejects(set('a', digest('b')), { code: 'PRECONDITION_FAILED' });
    await set('a', null);
    await t.rejects(set('b', null), { code: 'PRECONDITION_FAILED', message: /aaa/ });
    await set('b', digest('a'));
    await set('b');
    t.equal(await aliases.resolve('doors', 'champion'), digest('b'));
    t.equal(await aliases.resolve('doors', 'candidate'), null);
    t.same((await models.view(digest('b'))).aliases, ['champion']);
    t.match(await tasks.view('doors'), { aliases: [{ alias: 'champion', setBy: 'token:ann' }] });

    await t.rejects(aliases.remove(digest('a'), 'champion', 'x'), { code: 'PRECONDITION_FAILED' });
    await aliases.remove(digest('b'), 'champion', 'token:bob');
    t.equal(await aliases.resolve('doors', 'champion'), null);
    t.match(published, [
      { kind: 'alias.changed', data: { alias: 'champion', from: null, to: digest('a') } },
      { data: { from: digest('a'), to: digest('b') } },
      { data: { from: digest('b'), to: null } },
    ]);
    t.equal(published.length, 3, 'setting again and what is refused tell nothing');
    const { changes, next } = await aliases.changes('doors', { limit: 2 });
    t.match(changes, [
      { from: digest('b'), to: null, by: 'token:bob' },
      { from: digest('a'), to: digest('b') },
    ]);
    const rest = await aliases.changes('doors', { limit: 2, cursor: next as string });
    t.match(
      rest,
      { changes: [{ from: null, to: digest('a') }], next: null },
      'setting again is no change',
    );
  });

  t.test(`${name}: of changes that come at once one is taken`, async (t) => {
    const { tasks, models, aliases } = open(await openDatabase(t));
    await tasks.create({ task: DOORS }, 'token:ci');
    for (const letter of ['a', 'b', 'c']) await register(models, letter);
    const ends = await Promise.allSettled(
      ['a', 'b', 'c'].map((letter) =>
        aliases.set(digest(letter), 'champion', 'x', { expected: null }),
      ),
    );
    t.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    await models.announce(announced('e'), 'x');
    const steps = await Promise.all([1, 2, 3].map(() => models.step(digest('e'), 'begin')));
    t.equal(steps.filter(Boolean).length, 1);
  });
}
