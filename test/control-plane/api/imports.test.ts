import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { storedZip } from '../../stand/stored-zip.ts';
import { openDatasetApi } from '../stand/dataset-api.ts';
import { picture, sha256 } from '../stand/pictures.ts';
import { zipOf } from '../stand/zips.ts';

const { folder, get, post, bring, create } = await openDatasetApi(t);
const pictures = [await picture(0, 'png'), await picture(1, 'webp'), await picture(2)];
const of = (i: number) => pictures[i] as Buffer;
await create('parts');

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
    added: 1,
    labelled: 1,
    skipped: 1,
    newClasses: ['train'],
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

/** A zip whose tasks are cut in the middle of what was packed. */
async function damagedTasks(): Promise<Buffer> {
  const choices = Array.from({ length: 2000 }, () => randomBytes(20).toString('hex'));
  const tasks = choices.map((choice) => ({ image: 'none.jpg', choice }));
  const zip = await zipOf({ 'tasks.json': JSON.stringify(tasks) });
  zip.fill(0xff, 20_000, 20_100);
  return zip;
}
