import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { epochMillis, mebibytes, seconds, type TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { FolderArtifacts } from '../../../../control-plane/src/artifacts/folder-artifacts.ts';
import { DatasetStore } from '../../../../control-plane/src/datasets/dataset-store.ts';
import { exportDataset } from '../../../../control-plane/src/datasets/export/export-dataset.ts';
import { LabelStore } from '../../../../control-plane/src/labels/label-store.ts';
import { SampleStore } from '../../../../control-plane/src/samples/sample-store.ts';
import { takePicture } from '../../../../control-plane/src/samples/take-picture.ts';
import { imported } from '../../stand/arrivals.ts';
import { DATABASES } from '../../stand/databases.ts';
import { picture, sha256 } from '../../stand/pictures.ts';

const task = 'parts' as TaskId;
const now = () => epochMillis(1_795_000_000_000);
const [engine] = DATABASES;
const database = await (engine as (typeof DATABASES)[0]).open(t);
const folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
const artifacts = new FolderArtifacts({
  folder,
  time: { earliest: now, latest: now },
  maxBytes: mebibytes(16),
  uploadLife: seconds(60),
  admit: async () => {},
  uploads: { count: 1, countOfOne: 1, bytesOfOne: mebibytes(16), givesWayAfter: seconds(60) },
});
await artifacts.start();
t.teardown(async () => {
  await artifacts.close();
  rmSync(folder, { recursive: true, force: true });
});
const samples = new SampleStore({ database, now });
const labels = new LabelStore({ database, now });
const pictures = await Promise.all(Array.from({ length: 40 }, (_, i) => picture(i)));
for (const [i, bytes] of pictures.entries()) {
  await takePicture({ samples, artifacts }, task, bytes, imported({ side: 'train' }));
  const word = { kind: 'class', class: i % 2 ? 'good' : 'bad' } as const;
  await labels.say(task, sha256(bytes), word, { by: 'a', settles: true });
}
const version = await new DatasetStore({ database, now }).freeze({
  task,
  classes: ['good', 'bad'],
  by: 'a',
});

/** Artifacts that remember what they opened. */
const watched = () => {
  const opened: Readable[] = [];
  return {
    opened,
    read: async (...asked: Parameters<typeof artifacts.read>) => {
      const stream = await artifacts.read(...asked);
      opened.push(stream);
      return stream;
    },
  };
};

t.test('one picture is open at a time, and only when its turn has come', async (t) => {
  const files = watched();
  const output = exportDataset({ database, artifacts: files }, version, 'imagefolder');
  let most = 0;
  output.on('data', () => {
    most = Math.max(most, files.opened.filter(({ destroyed }) => !destroyed).length);
  });
  await once(output, 'end');
  t.equal(files.opened.length, 40);
  t.ok(most <= 2, `${most} at a time`);
});

t.test('who goes away leaves nothing open', async (t) => {
  const files = watched();
  const output = exportDataset({ database, artifacts: files }, version, 'imagefolder');
  await once(output, 'data');
  output.destroy();
  await once(output, 'close');
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.ok(files.opened.length < 40);
  t.ok(files.opened.every(({ destroyed }) => destroyed));
});

t.test(
  'a picture that can not be read ends the export with an error, not as if it were whole',
  async (t) => {
    let read = 0;
    const failing = {
      read: async (...asked: Parameters<typeof artifacts.read>) => {
        read += 1;
        if (read === 3) throw new Error('the disk is broken');
        return artifacts.read(...asked);
      },
    };
    const output = exportDataset({ database, artifacts: failing }, version, 'label-studio');
    await t.rejects(buffer(output), /the disk is broken/);
  },
);
