import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import { type Head, loadPackage, readHead } from '@edgeloop/onnx';
import { type CameraId, epochMillis, millis, type Sha256, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import {
  changed,
  logitsOf,
  ofStandardized,
  standardizationOf,
  standardized,
} from '../../../agent/src/head/fit/standardize.ts';
import { Heads } from '../../../agent/src/head/heads.ts';
import { classOfFolder, folderOfClass } from '../../../agent/src/head/labels/label-name.ts';
import { LabelledFolder } from '../../../agent/src/head/labels/labelled-folder.ts';
import { requireFresh } from '../../../agent/src/head/labels/require-fresh.ts';
import { requireClass, requireLabels } from '../../../agent/src/head/labels/require-labels.ts';
import { splitLabels } from '../../../agent/src/head/labels/split-labels.ts';
import { nextAt } from '../../../agent/src/head/next-at.ts';
import { SlotHead } from '../../../agent/src/head/overlay/slot-head.ts';
import { RunningHead } from '../../../agent/src/head/running-head.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import { writeGemmPackage } from '../../stand/models/gemm-package.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function temporary(t: { teardown(remove: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'head-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const headOf = (weight: number[], bias: number[]): Head => ({
  weight: { dims: [2, weight.length / 2], data: Float32Array.from(weight) },
  bias: { dims: [2], data: Float32Array.from(bias) },
});

const labelled = (label: string, count: number, group = (i: number) => `${label}${i}`) =>
  Array.from({ length: count }, (_, i) => ({ path: `${label}/${i}`, label, group: group(i) }));

t.test('a quarter of the groups of each class is held out, and a group is on one side', (t) => {
  const pictures = [
    ...labelled('good', 12, (i) => `good${Math.floor(i / 3)}`),
    ...labelled('bent', 8),
    ...labelled('rare', 1),
  ];
  const { train, heldOut } = splitLabels(pictures);
  const count = (label: string) => heldOut.filter((each) => each.label === label).length;
  t.same([count('good'), count('bent'), count('rare')], [3, 2, 0]);
  t.equal(train.length + heldOut.length, pictures.length);
  const groups = new Set(heldOut.map(({ group }) => group));
  t.notOk(train.some(({ group }) => groups.has(group)));
  t.same(splitLabels([...pictures].reverse()).heldOut.length, heldOut.length);
  t.end();
});

t.test('labels must be enough, of two classes, and of classes that the model has', (t) => {
  const classes = ['good', 'bent', 'empty'];
  const code = (code: string) => ({ code });
  t.throws(() => requireLabels(labelled('good', 40), classes), code('HEAD_REFUSED'));
  t.throws(() => requireLabels([...labelled('good', 10), ...labelled('bent', 9)], classes), {
    message: /received 10 of good, 9 of bent, 0 of empty/,
  });
  const alike = [...labelled('good', 20), ...labelled('bent', 8, () => 'one moment')];
  t.throws(() => requireLabels(alike, classes), code('HEAD_REFUSED'));
  const enough = [...labelled('good', 16), ...labelled('bent', 4), ...labelled('other', 3)];
  t.equal(requireLabels(enough, classes).length, 20, 'what the model does not know is left out');
  t.throws(() => requireClass('bend', classes), {
    message: /Did you mean "bent"\?.*takes a training/,
  });
  t.end();
});

t.test('a head over standardized rows says the same, and so does its change', (t) => {
  const rows = [
    [1, 2, 3],
    [4, 0, 1],
    [2, 5, 2],
  ].map((row) => Float32Array.from(row));
  const head = headOf([1, -1, 0.5, 0.25, 2, -0.75], [0.5, -1]);
  const change = headOf([0.1, 0.2, -0.3, 0, 0.4, 0.1], [0.05, -0.02]);
  const by = standardizationOf(rows);
  for (const row of rows) {
    const z = standardized(row, by);
    const expected = logitsOf(ofStandardized(head, by), z).map(
      (value, i) => value + (logitsOf(change, z)[i] as number),
    );
    const found = logitsOf(changed(head, change, by), row);
    t.ok(found.every((value, i) => Math.abs(value - (expected[i] as number)) < 1e-5));
  }
  t.end();
});

t.test('the next time of day is ahead, today or tomorrow', (t) => {
  const at = (hours: number, minutes: number, day = 5) =>
    epochMillis(new Date(2026, 2, day, hours, minutes).getTime());
  t.equal(nextAt('03:30', at(1, 0)), at(3, 30));
  t.equal(nextAt('03:30', at(3, 30)), at(3, 30, 6));
  t.equal(nextAt('00:00', at(23, 59)), at(0, 0, 6));
  t.end();
});

t.test('a picture has one label, the last; frames of one moment are one group', async (t) => {
  const labels = new LabelledFolder(temporary(t));
  const grey = (level: number) =>
    encodeJpeg({ data: new Uint8Array(8 * 8 * 3).fill(level), width: 8, height: 8 }, 90);
  t.equal(await labels.add('good', await grey(10), null), 1);
  t.equal(await labels.add('../bent', await grey(10), null), 1, 'labelled again');
  const camera = 'cam0' as CameraId;
  await labels.add('good', await grey(20), { camera, at: epochMillis(60_000) });
  await labels.add('good', await grey(30), { camera, at: epochMillis(80_000) });
  const all = await labels.list();
  t.same(all.map(({ label }) => label).sort(), ['../bent', 'good', 'good']);
  t.equal(new Set(all.map(({ group }) => group)).size, 2);
  t.ok(
    all.every(({ path }) => path.startsWith(labels.path)),
    'whatever a class is called',
  );
  for (const name of ['..', '.', 'a/b', 'ä b', '%2E'])
    t.equal(classOfFolder(folderOfClass(name)), name);
  await t.rejects(labels.add('good', new TextEncoder().encode('none'), null), {
    code: 'IMAGE_UNREADABLE',
  });
});

/** A package, and a head that is tuned over it. */
async function tunedOver(folder: string) {
  const loaded = await loadPackage(await writeGemmPackage(join(folder, 'package')));
  const own = readHead(await readFile(loaded.modelPath));
  const overlay = {
    format: 1 as const,
    base: loaded.digest,
    variant: 'int8',
    classes: [...loaded.classes],
    head: {
      weight: own.weight,
      bias: { dims: own.bias.dims, data: own.bias.data.map((b) => b + 1) },
    },
    golden: [[1, 2]],
    fittedAt: timestamp(epochMillis(0)),
    labelled: 20,
    heldOut: { pictures: 5, right: 4, rightBefore: 3 },
  };
  return { loaded, own, overlay };
}

for (const [what, camera, limit] of [
  ['a fast camera', { interval: millis(200) }, 10],
  ['one that shows a picture a minute', { interval: millis(60_000) }, 180],
  ['a motion gate', { interval: millis(200), atLeastEvery: millis(5_000) }, 15],
] as const) {
  t.test(`no frame of before is labelled as what stands there now: ${what}`, async (t) => {
    const { interval, atLeastEvery } = { atLeastEvery: undefined, ...camera };
    const config = { source: { interval }, look: { motion: atLeastEvery && { atLeastEvery } } };
    const label = (age: number) => () =>
      requireFresh(
        'cam0' as CameraId,
        config as never,
        { monotonic: millis(5_000) },
        millis(5_000 + age),
      );
    t.doesNotThrow(label(1000 * limit));
    t.throws(label(1000 * limit + 1), {
      code: 'LABEL_REFUSED',
      message: new RegExp(`at most ${limit} s old`),
    });
    t.throws(label(3_600_000), { message: /received one of 3600 s ago/ });
  });
}

t.test('of a camera that has rested for an hour no frame is labelled', async (t) => {
  const camera = { slot: 'main', source: { interval: millis(200) }, look: { motion: null } };
  const heads = new Heads({
    state: temporary(t),
    configured: new Map(),
    slots: new Map(),
    log: quiet as never,
    cameras: new Map([['cam0' as CameraId, camera as never]]),
    now: () => epochMillis(0),
    monotonic: () => millis(3_600_000),
  });
  heads.see('cam0' as CameraId, { monotonic: millis(0) } as never);
  await t.rejects(heads.labelLastFrame('good'), { code: 'LABEL_REFUSED', message: /3600 s ago/ });
});

t.test('whatever is left on disk, a package runs as it came or with a whole head', async (t) => {
  const folder = temporary(t);
  const { loaded, own, overlay } = await tunedOver(folder);
  const at = join(folder, 'heads');
  const boot = () => new SlotHead(at, quiet);
  t.equal(await boot().applied(loaded), loaded, 'nothing was tuned');
  const prepared = await boot().prepare(overlay, loaded);
  t.equal(await boot().applied(loaded), loaded, 'ended before the rename');
  await writeFile(join(at, 'head.json.partial'), '{');
  t.equal(await boot().applied(loaded), loaded, 'ended within the write');
  await boot().point(prepared);
  const tuned = await boot().applied(loaded);
  t.equal(tuned.head, prepared.digest);
  const written = readHead(await readFile(tuned.modelPath));
  t.same(written.bias.data, overlay.head.bias.data);
  t.same(written.weight.data, own.weight.data);
  t.same(tuned.manifest.golden.cases[0]?.logits.int8, [1, 2]);
  await writeFile(tuned.modelPath, 'half a model');
  t.same(
    readHead(await readFile((await boot().applied(loaded)).modelPath)).bias.data,
    overlay.head.bias.data,
    'the model is made of it again',
  );

  const other = { ...loaded, digest: 'f'.repeat(64) as Sha256 };
  const file = join(at, `${prepared.digest}.safetensors`);
  const whole = await readFile(file);
  for (const [name, damage] of [
    ['cut short', () => writeFile(file, whole.subarray(0, 100))],
    [
      'another byte',
      () =>
        writeFile(
          file,
          whole.map((byte, i) => (i === 400 ? byte ^ 1 : byte)),
        ),
    ],
    ['gone', () => rmSync(file)],
    ['a pointer that is none', () => writeFile(join(at, 'head.json'), '{"base":1}')],
  ] as const) {
    await damage();
    const head = boot();
    t.equal(await head.applied(loaded), loaded, name);
    t.match(head.problem, { code: 'HEAD_UNUSABLE', message: /The model's own decides/ }, name);
    await writeFile(file, whole);
  }
  await boot().point(prepared);
  const head = boot();
  t.equal(await head.applied(other), other, 'over another model');
  t.same([head.problem, await readdir(at)], [null, []], 'it is dropped, which is no problem');
});

t.test(
  'a label, in place of another, and a head stay when the power goes then, on a new device, too',
  { skip: noPowerCut },
  async (t) => {
    const folder = temporary(t);
    const { loaded, overlay } = await tunedOver(folder);
    const state = join(folder, 'state');
    await mkdir(state);
    const work = async () => {
      const picture = { data: new Uint8Array(8 * 8 * 3), width: 8, height: 8 };
      const labels = new LabelledFolder(join(state, 'labelled', 'main'));
      for (const label of ['good', 'bent']) {
        await labels.add(label, await encodeJpeg(picture, 90), null);
      }
      const head = new SlotHead(join(state, 'heads', 'main'), quiet);
      await head.point(await head.prepare(overlay, loaded));
    };
    t.same(await lostByPowerCut(state, work), []);
  },
);

t.test(
  'a head that does not come to decide leaves no file, and the one before all of its',
  async (t) => {
    const folder = temporary(t);
    const { loaded, overlay } = await tunedOver(folder);
    const at = join(folder, 'heads');
    const head = new SlotHead(at, quiet);
    const before = await head.prepare({ ...overlay, labelled: 30 }, loaded);
    await head.point(before);
    const files = (await readdir(at)).sort();
    let settled = true;
    let run = async (): Promise<never> => Promise.reject(new Error('it answers otherwise'));
    const running = new RunningHead({
      head,
      load: async () => loaded,
      run: () => run(),
      report: () => {},
      live: () => ({ current: before }) as never,
      settled: () => settled,
    });
    await t.rejects(running.take(overlay), /it answers otherwise/);
    t.same((await readdir(at)).sort(), files, 'its process did not start');
    run = async () => {
      settled = false;
      return { close: async () => {} } as never;
    };
    await t.rejects(running.take(overlay), { code: 'HEAD_REFUSED' });
    t.same((await readdir(at)).sort(), files, 'an update came in between');
  },
);
