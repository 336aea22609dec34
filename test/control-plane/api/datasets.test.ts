import { randomBytes } from 'node:crypto';
import t from 'tap';
import { Check } from 'typebox/value';
import {
  DatasetPage,
  DatasetView,
  FrozenSamplePage,
  ImportReportView,
} from '../../../control-plane/src/resources/dataset.ts';
import { openDatasetApi } from '../stand/dataset-api.ts';
import { picture, sha256 } from '../stand/pictures.ts';
import { bearer } from '../stand/test-api.ts';
import { unzip, zipOf } from '../stand/zips.ts';

const { tokens, tasks, events, audit, get, post, bring, create } = await openDatasetApi(t);
const labeller = await bearer(tokens, 'labeller');
const heard: { kind: string; subject: unknown }[] = [];
events.subscribe((event) => heard.push(event));

const exported = async (task: string, number: number, format: string) =>
  (await get(`/api/tasks/${task}/datasets/${number}/export?format=${format}`)).rawPayload;

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
    added: 14,
    known: 2,
    labelled: 14,
    conflicts: 1,
    skipped: 4,
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

t.test('an import is in the audit log from its beginning on, whatever becomes of it', async (t) => {
  await create('audited');
  const noted = async () =>
    (await audit.list({ limit: 2, action: 'importDataset' })).entries.map(
      ({ subject, status }) => `${subject} ${status}`,
    );
  const subject = '/api/tasks/audited/import';
  await bring('audited', await zipOf({ 'good/1.jpg': of(1) }));
  t.same(await noted(), [`${subject} 200`, `${subject} 202`]);
  await bring('audited', Buffer.from('no zip'));
  t.same(await noted(), [`${subject} 422`, `${subject} 202`]);
});

t.test('the same again adds nothing', async (t) => {
  t.match((await bring('parts', await zipOf(given))).json(), {
    added: 0,
    known: 14,
    labelled: 0,
    conflicts: 0,
    skipped: 0,
    newClasses: [],
  });
});

t.test('a version is frozen, listed, and says what it consists of', async (t) => {
  const frozen = await post('/api/tasks/parts/datasets');
  t.equal(frozen.statusCode, 201);
  t.ok(Check(DatasetView, frozen.json()));
  t.match(frozen.json(), {
    task: 'parts',
    number: 1,
    createdBy: 'token:a operator',
    removed: 0,
    counts: { train: 8, validation: 3, test: 3, unbiased: 0 },
    untrainable: null,
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
      added: 14,
      labelled: 14,
      skipped: 0,
      conflicts: 0,
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

t.test('a version on which no training can succeed says why', async (t) => {
  await create('untested');
  const zip = await zipOf({ 'train/good/1.jpg': of(1), 'train/bad part/2.jpg': of(2) });
  t.match((await bring('untested', zip)).json(), { added: 2, labelled: 2 });
  const frozen = await post('/api/tasks/untested/datasets');
  t.match(frozen.json(), { untrainable: /^Nothing is on the validation and the test side\./ });
  t.ok(Check(DatasetView, frozen.json()));
});

t.test('a class that nobody could label is none of a new task', async (t) => {
  for (const name of ['good/bad', '..', 'good.']) {
    const answer = await post('/api/tasks', { task: 'odd', classes: ['good', name] });
    t.equal(answer.statusCode, 400);
    t.match(answer.json().detail, /without slashes, and with no dot or space first or last/);
  }
  t.equal(
    (await post('/api/tasks', { task: 'odd', classes: ['good', 'bad one'] })).statusCode,
    201,
  );
});

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
