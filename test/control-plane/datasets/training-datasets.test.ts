import {
  type CameraId,
  type DeviceId,
  epochMillis,
  parseId,
  type TaskId,
} from '@edgeloop/protocol';
import t from 'tap';
import { DatasetOriginStore } from '../../../control-plane/src/datasets/dataset-origins.ts';
import { DatasetStore } from '../../../control-plane/src/datasets/dataset-store.ts';
import { TrainingDatasets } from '../../../control-plane/src/datasets/training-datasets.ts';
import { LabelStore } from '../../../control-plane/src/labels/label-store.ts';
import { TaskStore } from '../../../control-plane/src/registry/task-store.ts';
import { removeDeviceSamples } from '../../../control-plane/src/samples/remove-device-samples.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import type { Side } from '../../../control-plane/src/samples/side.ts';
import { arrival, digest, imported } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

for (const { name: engine, open } of DATABASES) {
  t.test(
    `on ${engine}: training asks for versions, their test side, and what is new`,
    async (t) => {
      const database = await open(t);
      let time = 1000;
      const now = () => epochMillis(time);
      const task = 'parts' as TaskId;
      const classes = new TaskStore({ database, now, events: { publish: () => {} } });
      await classes.create({ task, classes: ['good', 'bad'] }, 'a test');
      const samples = new SampleStore({ database, now });
      const labels = new LabelStore({ database, now });
      const datasets = new DatasetStore({ database, now });
      const training = new TrainingDatasets({ database, datasets, classes, now });
      const bring = async (name: string, side: Side, label: string, of = task) => {
        await samples.admit(arrival(name, imported({ side }), { task: of }));
        await labels.say(
          of,
          digest(name),
          { kind: 'class', class: label },
          { by: 'a', settles: true },
        );
      };
      await t.rejects(training.dataset(task, null), { code: 'NOT_FOUND' });
      await bring('a', 'train', 'good');
      await bring('b', 'train', 'bad');
      await bring('c', 'test', 'good');
      await bring('v', 'validation', 'good');
      t.equal(await training.newLabels(task), 4);
      time += 1;
      const first = await training.freeze(task, 'token:op');
      t.equal(first.version, 1);
      t.equal(await training.newLabels(task), 0);
      t.same(await training.testSide(task, 1), [
        { sha256: digest('c'), label: 'good', removed: false },
      ]);
      time += 1;
      await bring('d', 'test', 'bad');
      t.equal(await training.newLabels(task), 1);
      const second = await training.freeze(task, 'token:op');
      t.same(await training.dataset(task, null), second);
      t.same(await training.dataset(task, 1), first);
      time += 1;
      const again = { kind: 'class', class: 'bad' } as const;
      await labels.say(task, digest('d'), again, { by: 'b', settles: true });
      t.equal(await training.newLabels(task), 0, 'said once more');
      await bring('s', 'train', 'good');
      t.equal(await training.newLabels(task), 1);
      const ofS = database.updateTable('samples').where('sha256', '=', digest('s'));
      await ofS.set({ side: 'test', origin: 'chosen' }).execute();
      t.equal(await training.newLabels(task), 0, 'no version has it');
      t.equal((await training.freeze(task, 'token:op')).version, 2);
      const sane = time;
      time = 2 ** 31 * 1000;
      await bring('e', 'train', 'good');
      time = sane;
      t.equal(await training.newLabels(task), 1, 'by a clock that is ahead, and new');
      time = 2 ** 31 * 1000;
      await training.freeze(task, 'token:op');
      time = sane;
      t.equal(await training.newLabels(task), 0, 'that version has it');
      await bring('f', 'train', 'bad');
      t.equal(await training.newLabels(task), 1, 'counted though the version is of the future');
      t.equal((await training.freeze(task, 'token:op')).version, 4);
      t.equal(await training.newLabels(task), 0, 'nor is the label of the future new');
      await database.deleteFrom('dataset_samples').where('number', '>', 2).execute();
      await database.deleteFrom('dataset_versions').where('number', '>', 2).execute();
      for (const name of ['e', 'f']) {
        await database
          .updateTable('samples')
          .set({ straddles: 1 })
          .where('sha256', '=', digest(name))
          .execute();
      }
      const origins = new DatasetOriginStore({ database });
      await database
        .updateTable('dataset_samples')
        .set({ device: 'door' as DeviceId, camera: 'cam0' as CameraId })
        .where('number', '=', 2)
        .where('sha256', '=', digest('a'))
        .execute();
      t.same(await origins.originsOf(task, second.fingerprint), {
        version: 2,
        origins: [
          { device: null, camera: null, samples: 4 },
          { device: 'door', camera: 'cam0', samples: 1 },
        ],
      });
      t.equal(await origins.originsOf(task, digest('unknown')), null);
      const other = parseId('task', 'other');
      t.same(
        await origins.versionsOf([
          { task, dataset: digest('unknown') },
          { task, dataset: second.fingerprint },
          { task: other, dataset: second.fingerprint },
        ]),
        [null, 2, null],
      );
      t.same(await origins.versionsOf([]), []);
      await database
        .updateTable('sightings')
        .set({ device: 'door' as DeviceId })
        .execute();
      await removeDeviceSamples(
        { database, now, artifacts: { giveUp: async () => {}, remove: async () => {} } },
        'door' as DeviceId,
      );
      t.match(await training.testSide(task, 2), [{ removed: true }, { removed: true }]);
      await t.rejects(
        training.dataset(task, 2),
        { code: 'DATASET_TOO_SMALL', message: /Nothing is on the validation and the test side\./ },
        'all its pictures are gone with a device',
      );
      await bring('a', 'train', 'good');
      t.equal(await training.newLabels(task), 1, 'one that came again is new');

      const bare = parseId('task', 'bare');
      await classes.create({ task: bare, classes: ['good', 'bad'] }, 'a test');
      await bring('g', 'train', 'good', bare);
      await bring('h', 'train', 'bad', bare);
      const tooSmall = (message: RegExp) => ({ code: 'DATASET_TOO_SMALL', message });
      await t.rejects(
        training.freeze(bare, 'trigger:labels'),
        tooSmall(/every side of bare, .* Nothing is on the validation and the test side\./),
      );
      t.same(await datasets.list(bare, 10, null), [], 'what no training follows makes no version');
      await datasets.freeze({ task: bare, classes: ['good', 'bad'], by: 'token:op' });
      for (const version of [null, 1]) {
        const refused = tooSmall(/every side of version 1 of bare, /);
        await t.rejects(training.dataset(bare, version), refused, 'a person is told at once');
      }
      await bring('i', 'validation', 'good', bare);
      await t.rejects(
        training.freeze(bare, 'trigger:labels'),
        tooSmall(
          /Nothing is on the test side\. .* devices draw at random .* of a folder test\/.* another task\./,
        ),
      );
      await bring('j', 'test', 'good', bare);
      t.match(await training.freeze(bare, 'trigger:labels'), { version: 2 });
    },
  );
}
