import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import {
  DatasetPage,
  DatasetView,
  FrozenSamplePage,
  ImportReportView,
} from '../../../control-plane/src/resources/dataset.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { storedZip } from '../../stand/stored-zip.ts';
import { picture, sha256 } from '../stand/pictures.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { unzip, zipOf } from '../stand/zips.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, tasks, events } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');
const labeller = await bearer(tokens, 'labeller');
const heard: { kind: string; subject: unknown }[] = [];
events.subscribe((event) => heard.push(event));

const get = (url: string) => app.inject({ url, headers: { authorization: operator } });
const post = (
  url: string,
  payload: Buffer | object = {},
  type?: string,
  authorization = operator,
) =>
  app.inject({
    ...{ method: 'POST', url, payload },
    headers: { authorization, ...(type && { 'content-type': type }) },
  });
const bring = (task: string, zip: Buffer, format = 'imagefolder') =>
  post(`/api/tasks/${task}/import?format=${format}`, zip, 'application/zip');
const exported = async (task: string, number: number, format: string) =>
  (await get(`/api/tasks/${task}/datasets/${number}/export?format=${format}`)).rawPayload;
const create = (task: string, classes: string[] = []) =>
  tasks.create({ task: task as TaskId, classes }, 'a test');

const pictures = await Promise.all(
  Array.from({ length: 14 }, (_, i) =>
    picture(i, i % 5 === 0 ? 'png' : i % 5 === 1 ? 'webp' : 'jpeg'),
  ),
);
const of = (i: number) => pictures[i] as Buffer;
const given = Object.fromEntries(
  pictures.map((bytes, i) => [
    `parts/${['train', 'train', 'val', 'test'][i % 4]}/${i % 3 === 0 ? 'bad part' : 'good'}/${i}.jpg`,
    bytes,
  ]),
);
await create('parts');

t.test('an ImageFolder comes in; what is no picture is told', async (t) => {
  const zip = await zipOf({
    ...given,
    'parts/README.txt': 'about',
    'parts/train/good/notes.txt': 'not a picture',
    'parts/train/good/cut.jpg': of(2).subarray(0, 200),
    'parts/train/good/nested.zip': await zipOf({ 'good/1.jpg': of(1) }),
    'parts/train/good/again.jpg': of(1),
    'parts/train/bad part/contradiction.jpg': of(1),
  });
  const answer = await bring('parts', zip);
  t.equal(answer.statusCode, 200, answer.body);
  t.ok(Check(ImportReportView, answer.json()));
  t.match(answer.json(), {
    ...{ added: 14, known: 2, labelled: 14, conflicts: 1, skipped: 4 },
    newClasses: ['bad part', 'good'],
  });
  const problems = new Map(
    answer
      .json()
      .problems.map(({ file, reason }: { file: string; reason: string }) => [file, reason]),
  );
  t.match(problems.get('parts/README.txt'), /beside the folders/);
  t.match(problems.get('parts/train/good/notes.txt'), /JPEG, PNG or WebP/);
  t.match(problems.get('parts/train/good/cut.jpg'), /whole JPEG/);
  t.match(problems.get('parts/train/good/nested.zip'), /JPEG, PNG or WebP/);
  t.match(problems.get('parts/train/bad part/contradiction.jpg'), /is good here, and bad part in/);
  t.same(await tasks.classesOf('parts'), ['bad part', 'good']);
});

t.test('an import may be larger than other requests', async (t) => {
  await create('large');
  const zip = await zipOf({ 'good/noise.jpg': randomBytes(3_000_000), 'good/1.jpg': of(1) });
  t.match((await bring('large', zip)).json(), { added: 1, skipped: 1 });
});

t.test('the same again adds nothing', async (t) => {
  t.match((await bring('parts', await zipOf(given))).json(), {
    ...{ added: 0, known: 14, labelled: 0, conflicts: 0, skipped: 0, newClasses: [] },
  });
});

t.test('a version is frozen, listed, and says what it consists of', async (t) => {
  const frozen = await post('/api/tasks/parts/datasets');
  t.equal(frozen.statusCode, 201);
  t.ok(Check(DatasetView, frozen.json()));
  t.match(frozen.json(), {
    ...{ task: 'parts', number: 1, createdBy: 'token:a operator', removed: 0 },
    counts: { train: 8, validation: 3, test: 3, unbiased: 0 },
  });
  t.match(heard.at(-1), { kind: 'dataset.created', subject: { task: 'parts', dataset: '1' } });
  t.same((await get('/api/tasks/parts/datasets/1')).json(), frozen.json());
  const list = (await get('/api/tasks/parts/datasets?limit=1')).json();
  t.ok(Check(DatasetPage, list));
  t.same(list.datasets, [frozen.json()]);
  const first = (await get('/api/tasks/parts/datasets/1/samples?limit=9')).json();
  t.ok(Check(FrozenSamplePage, first));
  const url = `/api/tasks/parts/datasets/1/samples?limit=9&cursor=${first.next}`;
  const second = (await get(url)).json();
  t.same([first.samples.length, second.samples.length, second.next], [9, 5, null]);
  t.equal((await get('/api/tasks/parts/datasets/2/samples')).statusCode, 404);
});

t.test('an ImageFolder that went out and came in elsewhere is the same', async (t) => {
  const out = await exported('parts', 1, 'imagefolder');
  const files = await unzip(out);
  t.same(
    [...files.keys()],
    Object.entries(given)
      .map(([path, bytes]) => {
        const [, side, label] = path.split('/');
        const i = pictures.indexOf(bytes);
        const ending = ['png', 'webp', 'jpg', 'jpg', 'jpg'][i % 5];
        return `${side === 'val' ? 'validation' : side}/${label}/${sha256(bytes)}.${ending}`;
      })
      .sort(),
  );
  for (const [path, bytes] of files) t.ok(path.includes(sha256(bytes)), 'named by its digest');
  await create('elsewhere');
  t.match((await bring('elsewhere', out)).json(), { added: 14, labelled: 14, skipped: 0 });
  const again = (await post('/api/tasks/elsewhere/datasets')).json();
  t.equal(again.fingerprint, (await get('/api/tasks/parts/datasets/1')).json().fingerprint);
  t.same(await unzip(await exported('elsewhere', 1, 'imagefolder')), files);
  t.same(await exported('parts', 1, 'imagefolder'), out, 'nor does it change from day to day');
});

for (const format of ['label-studio', 'label-studio-min'] as const) {
  t.test(`${format} that went out and came in elsewhere is the same`, async (t) => {
    const out = await exported('parts', 1, format);
    const files = await unzip(out);
    t.equal(files.size, 15);
    await create(format);
    t.match((await bring(format, out, 'label-studio')).json(), {
      ...{ added: 14, labelled: 14, skipped: 0, conflicts: 0 },
    });
    const again = (await post(`/api/tasks/${format}/datasets`)).json();
    t.equal(again.fingerprint, (await get('/api/tasks/parts/datasets/1')).json().fingerprint);
    t.same(await unzip(await exported(format, 1, format)), files);
  });
}

t.test('predictions are carried, too', async (t) => {
  const result = (label: string) => [
    { from_name: 'choice', to_name: 'image', type: 'choices', value: { choices: [label] } },
  ];
  const tasksJson = [0, 1, 2, 3].map((i) => ({
    data: { image: `/data/upload/3/0badcafe-${i}.jpg`, side: 'train' },
    annotations: [{ result: result(i % 2 ? 'good' : 'bad') }],
    predictions: [{ model_version: 'v7', score: 0.25, result: result('good') }],
  }));
  await create('predicted');
  const zip = await zipOf({
    'project/tasks.json': JSON.stringify(tasksJson),
    ...Object.fromEntries([0, 1, 2, 3].map((i) => [`pictures/${i}.jpg`, of(i)])),
  });
  t.match((await bring('predicted', zip, 'label-studio')).json(), { added: 4, labelled: 4 });
  const url = `/api/tasks/predicted/samples/${sha256(of(1))}`;
  t.match((await get(url)).json(), { guess: 'good', sightings: [{ model: 'v7' }] });
  await post('/api/tasks/predicted/datasets');
  const out = await unzip(await exported('predicted', 1, 'label-studio'));
  const [task] = JSON.parse(`${out.get('tasks.json')}`);
  t.same(task.predictions, [{ model_version: 'v7', score: 0.25, result: result('good') }]);
});

t.test('labels alone come for pictures that are here; addresses are never asked', async (t) => {
  await create('alone', ['good', 'bad']);
  await post('/api/tasks/alone/samples', of(1), 'image/webp');
  const labels = [
    { image: `https://pictures.example/${sha256(of(1))}.webp`, choice: 'good' },
    { image: 'https://pictures.example/other.webp', choice: 'good' },
    { image: 'file:///etc/passwd', choice: 'good' },
  ];
  const url = '/api/tasks/alone/import?format=label-studio';
  const answer = await post(url, Buffer.from(JSON.stringify(labels)), 'application/json');
  t.match(answer.json(), { added: 0, known: 1, labelled: 1, skipped: 2 });
  t.match((await get(`/api/tasks/alone/samples/${sha256(of(1))}`)).json(), {
    label: { state: 'class', class: 'good' },
  });
});

t.test('pictures of one name are told apart by their folders, or not taken', async (t) => {
  await create('named', ['good', 'bad']);
  const zip = await zipOf({
    'tasks.json': JSON.stringify([
      { image: '/data/local-files/?d=line%2Fa%2F1.jpg', choice: 'good' },
      { image: '/data/local-files/?d=line/b/1.jpg', choice: 'bad' },
      { image: '/data/upload/3/0badcafe-1.jpg', choice: 'bad' },
    ]),
    'images/a/1.jpg': of(1),
    'images/b/1.jpg': of(2),
  });
  const report = (await bring('named', zip, 'label-studio')).json();
  t.match(report, { added: 2, labelled: 2, skipped: 1, conflicts: 0 });
  t.match(report.problems, [{ reason: /several pictures of the import are called so/ }]);
  for (const [i, name] of [
    [1, 'good'],
    [2, 'bad'],
  ] as const) {
    const sample = (await get(`/api/tasks/named/samples/${sha256(of(i))}`)).json();
    t.equal(sample.label.class, name);
  }
});

t.test('a name is the same however its accents are written', async (t) => {
  await create('accents', ['gâté'.normalize('NFC')]);
  const [class_, file] = ['gâté'.normalize('NFD'), 'é.jpg'.normalize('NFD')];
  const folders = await bring('accents', await zipOf({ [`${class_}/1.jpg`]: of(1) }));
  t.match(folders.json(), { added: 1, labelled: 1, newClasses: [] });
  const zip = await zipOf({
    'tasks.json': JSON.stringify([{ image: 'é.jpg'.normalize('NFC'), choice: class_ }]),
    [file]: of(2),
  });
  t.match((await bring('accents', zip, 'label-studio')).json(), { added: 1, newClasses: [] });
});

t.test('a file whose class can be none is not taken', async (t) => {
  await create('nameless');
  const zip = await zipOf({ 'good /1.jpg': of(1), 'constructor/train/2.jpg': of(2) });
  t.match((await bring('nameless', zip)).json(), {
    ...{ added: 1, labelled: 1, skipped: 1, newClasses: ['train'] },
    problems: [{ file: 'good /1.jpg', reason: /can not be the name of a class/ }],
  });
  const url = '/api/tasks/nameless/import?format=imagefolder';
  const again = await post(url, await zipOf({ 'train/2.jpg': of(2) }), 'Application/ZIP');
  t.match(again.json(), { known: 1 }, 'and types are the same however they are written');
});

for (const [name, url, body, type, status, code] of [
  [
    'tasks that are damaged',
    '/api/tasks/parts/import?format=label-studio',
    await damagedTasks(),
    'application/zip',
    ...[422, 'IMPORT_INVALID'],
  ],
  [
    'a path that climbs',
    '/api/tasks/parts/import?format=imagefolder',
    storedZip({ 'good/1.jpg': of(1), '../good/2.jpg': of(2) }),
    'application/zip',
    ...[422, 'ZIP_UNSAFE'],
  ],
  [
    'no zip',
    '/api/tasks/parts/import?format=imagefolder',
    Buffer.from('a zip, or so they said'),
    'application/zip',
    ...[422, 'IMPORT_INVALID'],
  ],
  [
    'a zip without tasks',
    '/api/tasks/parts/import?format=label-studio',
    storedZip({ 'good/1.jpg': of(1) }),
    'application/zip',
    ...[422, 'IMPORT_INVALID'],
  ],
  [
    'tasks that are no array',
    '/api/tasks/parts/import?format=label-studio',
    Buffer.from('{}'),
    'application/json',
    ...[422, 'IMPORT_INVALID'],
  ],
  [
    'an ImageFolder as JSON',
    '/api/tasks/parts/import?format=imagefolder',
    Buffer.from('[]'),
    'application/json',
    ...[400, 'REQUEST_INVALID'],
  ],
  [
    'another type',
    '/api/tasks/parts/import?format=imagefolder',
    Buffer.from('x'),
    'application/x-tar',
    ...[415, 'REQUEST_INVALID'],
  ],
  [
    'another format',
    '/api/tasks/parts/import?format=coco',
    Buffer.from('x'),
    'application/zip',
    ...[400, 'REQUEST_INVALID'],
  ],
  [
    'a task that there is not',
    '/api/tasks/nothing/import?format=imagefolder',
    Buffer.from('x'),
    'application/zip',
    ...[404, 'NOT_FOUND'],
  ],
] as [string, string, Buffer, string, number, string][]) {
  t.test(`an import of ${name} is refused`, async (t) => {
    const answer = await post(url, body, type);
    t.equal(answer.statusCode, status, answer.body);
    t.equal(answer.json().code, code);
    t.same(readdirSync(join(folder, 'imports')), [], 'nothing stays behind');
  });
}

t.test('too little is no dataset', async (t) => {
  await create('empty');
  const answer = await post('/api/tasks/empty/datasets');
  t.equal(answer.statusCode, 409);
  t.equal(answer.json().code, 'DATASET_TOO_SMALL');
});

t.test('labellers neither import nor freeze', async (t) => {
  for (const url of ['/api/tasks/parts/datasets', '/api/tasks/parts/import?format=imagefolder']) {
    t.equal((await post(url, Buffer.from('x'), 'application/zip', labeller)).statusCode, 403);
  }
});

/** A zip whose tasks are cut in the middle of what was packed. */
async function damagedTasks(): Promise<Buffer> {
  const choices = Array.from({ length: 2000 }, () => randomBytes(20).toString('hex'));
  const tasks = choices.map((choice) => ({ image: 'none.jpg', choice }));
  const zip = await zipOf({ 'tasks.json': JSON.stringify(tasks) });
  zip.fill(0xff, 20_000, 20_100);
  return zip;
}
