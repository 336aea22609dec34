import { epochMillis, type Sha256, type TaskId, timestamp } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { DatasetStore } from '../../../../control-plane/src/datasets/dataset-store.ts';
import { TrainingDatasets } from '../../../../control-plane/src/datasets/training-datasets.ts';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import { JobStore } from '../../../../control-plane/src/jobs/job-store.ts';
import { RegistryModels } from '../../../../control-plane/src/jobs/registry-models.ts';
import { SettingsStore } from '../../../../control-plane/src/jobs/settings-store.ts';
import { DEFAULT_SETTINGS } from '../../../../control-plane/src/jobs/training-settings.ts';
import { LabelQueue } from '../../../../control-plane/src/labels/label-queue.ts';
import { LabelStore } from '../../../../control-plane/src/labels/label-store.ts';
import { LabelProgress } from '../../../../control-plane/src/labels/progress/label-progress.ts';
import { AliasStore } from '../../../../control-plane/src/registry/alias-store.ts';
import { ModelStore } from '../../../../control-plane/src/registry/model-store.ts';
import { TaskStore } from '../../../../control-plane/src/registry/task-store.ts';
import { SampleStore } from '../../../../control-plane/src/samples/sample-store.ts';
import { arrival, digest, imported, sighting } from '../../stand/arrivals.ts';
import { DATABASES } from '../../stand/databases.ts';

const HOUR = 3_600_000;
const anna = { by: 'token:anna', settles: false };
const ben = { by: 'token:ben', settles: false };
const good = { kind: 'class', class: 'good' } as const;
const bad = { kind: 'class', class: 'bad' } as const;

for (const { name: engine, open } of DATABASES) {
  const database = await open(t);
  let time = 10 * 24 * HOUR + 5 * HOUR;
  const now = () => epochMillis(time);
  const events = new EventBus({ now });
  const tasks = new TaskStore({ database, now, events });
  const samples = new SampleStore({ database, now });
  const labels = new LabelStore({ database, now });
  const queue = new LabelQueue({ database, now, drifting: () => [] });
  const datasets = new DatasetStore({ database, now });
  const settings = new SettingsStore({ database, now });
  const aliases = new AliasStore({ database, now, events });
  const progress = new LabelProgress({
    database,
    now,
    settings,
    classes: tasks,
    jobs: new JobStore({ database, now }),
    data: new TrainingDatasets({ database, datasets, classes: tasks, now }),
    models: new RegistryModels({ models: new ModelStore({ database, now }), aliases }),
  });
  let tests = 0;
  const test = (name: string, run: (t: Test, task: TaskId) => Promise<void>) =>
    t.test(`on ${engine}: ${name}`, async (t) => {
      const task = `task-${++tests}` as TaskId;
      await tasks.create({ task, classes: ['good', 'bad'] }, 'a test');
      await run(t, task);
    });
  const bring = async (task: TaskId, name: string, scores: Record<string, number>) => {
    await samples.admit(arrival(name, sighting({ scores }), { task }));
    return digest(name);
  };
  const view = (task: TaskId, by = anna.by, since?: string) => progress.view(task, by, since);

  test('an empty task', async (t, task) => {
    t.match(await view(task), {
      classes: [{ class: 'good', labels: 0 }, { class: 'bad' }],
      none: 0,
      disputed: 0,
      queue: { waiting: 0, forYou: 0 },
      today: { all: 0, yours: 0, by: [], since: timestamp(10 * 24 * HOUR) },
      training: { newLabels: 0, startsAfter: null, left: null, active: false },
      gain: { champion: null, test: null, helpful: { class: 'good', because: 'fewest' } },
    });
  });

  test('who labelled what, what waits and for whom', async (t, task) => {
    const [a, b, c, d, e] = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name, i) =>
        bring(task, name, i % 2 ? { good: 0.45, bad: 0.55 } : { good: 0.9, bad: 0.1 }),
      ),
    );
    await labels.say(task, a as Sha256, good, anna);
    await labels.say(task, b as Sha256, { kind: 'none' }, anna);
    await labels.say(task, c as Sha256, good, anna);
    await labels.say(task, c as Sha256, bad, ben);
    await labels.say(task, d as Sha256, { kind: 'skip' }, ben);
    const found = await view(task);
    t.match(found, {
      classes: [{ labels: 1 }, { labels: 0 }],
      none: 1,
      disputed: 1,
      queue: { waiting: 3, forYou: 2 },
      today: {
        all: 4,
        yours: 3,
        by: [
          { by: anna.by, labels: 3 },
          { by: ben.by, labels: 1 },
        ],
      },
    });
    t.equal((await view(task, ben.by)).queue.forYou, 1, 'neither the skipped nor the disputed one');
    t.match(found.classes[0], {
      queue: { waiting: 1, unsure: 0 },
      lately: { guessed: 1, wrong: 0 },
    });
    t.match(found.classes[1], { queue: { waiting: 1, unsure: 1 } });
    t.ok(Math.abs((found.classes[1]?.queue.uncertainty as number) - 0.9) < 1e-9);

    await queue.take(task, ben.by, 1);
    t.equal((await view(task)).queue.forYou, 1, 'ben holds the other');
    t.equal((await view(task, ben.by)).queue.forYou, 1, 'what one holds is one’s own');
    await labels.undo(task, anna);
    t.match((await view(task)).today, { all: 3, yours: 2 }, 'taken back');
    await labels.sayIfUnlabelled(task, e as Sha256, good, anna);
    const withImport = await view(task);
    t.match(withImport.today, { all: 3, yours: 2 }, 'an import is nobody’s work of today');
    t.match(withImport.classes[0], { labels: 2 }, 'and a label all the same');
  });

  test('a day is as long as the asker says', async (t, task) => {
    await labels.say(task, await bring(task, 'early', { good: 1 }), good, anna);
    time += 20 * HOUR;
    await labels.say(task, await bring(task, 'late', { good: 1 }), good, anna);
    t.equal((await view(task)).today.yours, 1, 'midnight UTC was between them');
    t.equal((await view(task, anna.by, timestamp(time - 21 * HOUR))).today.yours, 2);
    t.equal((await view(task, anna.by, timestamp(time - HOUR))).today.yours, 1);
    const long = view(task, anna.by, timestamp(time - 8 * 24 * HOUR));
    await t.rejects(long, { code: 'REQUEST_INVALID' });
  });

  test('a champion, what it missed, and what is new to it', async (t, task) => {
    for (const [i, word] of [good, good, bad, bad].entries()) {
      const name = `${task} ${i}`;
      await samples.admit(arrival(name, imported({ side: 'train' }), { task }));
      await labels.say(task, digest(name), word, anna);
    }
    const { fingerprint } = await datasets.freeze({ task, classes: ['good', 'bad'], by: 'a test' });
    const model = digest(`champion of ${task}`);
    const confusion = [
      [50, 0],
      [20, 30],
    ];
    const manifest = {
      classes: ['good', 'bad'],
      lineage: { dataset: fingerprint },
      metrics: { test: { int8: { confusion } } },
    };
    await database
      .insertInto('model_versions')
      .values({
        digest: model,
        task,
        name: 'first',
        manifest: JSON.stringify(manifest),
        state: 'registered',
        refusal: null,
        signature: null,
        accuracy: 0.8,
        job: null,
        dataset: fingerprint,
        parent: null,
        created_at: 1,
        created_by: 'a test',
        decided_at: 1,
      })
      .execute();
    await aliases.set(model, 'champion', 'a test');
    const triggers = { ...DEFAULT_SETTINGS.triggers, labels: { count: 10 } };
    await settings.set(task, { ...DEFAULT_SETTINGS, triggers });
    time += 1000;
    await labels.say(task, await bring(task, 'new', { good: 0.8, bad: 0.2 }), bad, anna);
    t.match(await view(task), {
      classes: [
        { newLabels: 0, champion: { state: 'tested', recall: { right: 50, samples: 50 } } },
        { newLabels: 1, champion: { recall: { right: 30 } }, lately: { guessed: 1, wrong: 1 } },
      ],
      training: { newLabels: 1, startsAfter: 10, left: 9, active: false },
      gain: {
        champion: model,
        test: { right: 80, samples: 100 },
        helpful: { class: 'bad', because: 'missed' },
      },
    });
    const lastTry = {
      at: timestamp(time),
      trigger: { kind: 'labels', reason: 'Ten.' } as const,
      job: null,
      refusal: { code: 'DATASET_TOO_SMALL', message: 'Expected two classes.' },
    };
    await settings.noteTry(task, lastTry);
    t.match((await view(task)).training, {
      lastTry,
      nextAt: timestamp(time + 60_000),
      words: /could not be started: Expected two classes\./,
    });
    const sane = time;
    for (const at of [2 ** 31 * 1000, 0]) {
      time = at;
      await labels.say(task, await bring(task, `${task} at ${at}`, { good: 1 }), good, anna);
      time = sane;
    }
    const newOnes = async () => (await view(task)).classes.map(({ newLabels }) => newLabels);
    t.same(await newOnes(), [2, 1], 'by a clock that was ahead, and one that was behind');
    for (const at of [2 ** 31 * 1000, 0]) {
      time = at;
      const frozen = await datasets.freeze({ task, classes: ['good', 'bad'], by: 'a test' });
      const lineage = { dataset: frozen.fingerprint };
      await database
        .updateTable('model_versions')
        .set({ manifest: JSON.stringify({ ...manifest, lineage }) })
        .where('digest', '=', model)
        .execute();
      time = sane;
      t.same(await newOnes(), [0, 0], 'so is its dataset');
      await labels.say(task, await bring(task, `${task} after ${at}`, { bad: 1 }), bad, anna);
      t.same(await newOnes(), [0, 1]);
    }
    await tasks.addClasses(task, ['dent']);
    t.match((await view(task)).classes[2], { champion: { state: 'unknown-class' } });
  });
}
