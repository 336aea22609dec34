import t from 'tap';
import {
  fileNamesOf,
  readLabelStudioTask,
} from '../../../../control-plane/src/datasets/import/label-studio-task.ts';

const choices = (...names: string[]) => ({
  id: 'x1',
  type: 'choices',
  from_name: 'choice',
  to_name: 'image',
  value: { choices: names },
});
const annotation = (...names: string[]) => ({
  id: 7,
  completed_by: 1,
  result: [choices(...names)],
});
const image = '/data/upload/1/0a1b2c3d-part.jpg';
const none = { picture: image, sha256: null, class: null, side: null, prediction: null };

for (const [name, task, expected] of [
  ['no annotation yet', { id: 1, data: { image }, annotations: [] }, none],
  [
    'one choice',
    { data: { image }, annotations: [annotation('good')] },
    { ...none, class: 'good' },
  ],
  [
    'two annotators who agree',
    { data: { image }, annotations: [annotation('good'), annotation('good')] },
    { ...none, class: 'good' },
  ],
  [
    'two who do not',
    { data: { image }, annotations: [annotation('good'), annotation('bad')] },
    { skipped: 'its annotators disagree' },
  ],
  [
    'a cancelled annotation',
    { data: { image }, annotations: [{ ...annotation('bad'), was_cancelled: true }] },
    none,
  ],
  [
    'two choices',
    { data: { image }, annotations: [annotation('good', 'bad')] },
    { skipped: 'has more than one choice' },
  ],
  [
    'a box beside the choice',
    {
      data: { image },
      annotations: [{ result: [{ type: 'rectanglelabels', value: { x: 1 } }, choices('good')] }],
    },
    { ...none, class: 'good' },
  ],
  [
    'a prediction',
    {
      data: { image },
      predictions: [{ model_version: 'v2', score: 0.75, result: [choices('bad')] }],
    },
    { ...none, prediction: { model: 'v2', scores: { bad: 0.75 } } },
  ],
  [
    'a prediction with a score that is none',
    { data: { image }, predictions: [{ score: 'high', result: [choices('bad')] }] },
    { ...none, prediction: { model: null, scores: { bad: 1 } } },
  ],
  ['JSON-MIN', { id: 3, image, choice: 'good', annotator: 1 }, { ...none, class: 'good' }],
  ['JSON-MIN with a list', { image, choice: { choices: ['good'] } }, { ...none, class: 'good' }],
  ['JSON-MIN without a choice', { image }, none],
  ['JSON-MIN with a number', { image, choice: 7 }, { skipped: 'its choice can not be read' }],
  ['a side of ours', { image, side: 'test' }, { ...none, side: 'test' }],
  ['a side of theirs', { image, side: 'left' }, none],
  [
    'a digest in the data',
    { data: { image, sha256: 'a'.repeat(64) } },
    { ...none, sha256: 'a'.repeat(64) },
  ],
  [
    'a digest in the name',
    { image: `/data/upload/1/0a1b2c3d-${'b'.repeat(64)}.jpg` },
    {
      ...none,
      picture: `/data/upload/1/0a1b2c3d-${'b'.repeat(64)}.jpg`,
      sha256: 'b'.repeat(64),
    },
  ],
  ['no picture', { data: { text: 'a' } }, { skipped: 'has no image' }],
  ['a number', 7, { skipped: 'not a task' }],
] as const) {
  t.same(readLabelStudioTask(task), expected, name);
}

for (const [picture, names] of [
  ['part.jpg', ['part.jpg']],
  [image, ['0a1b2c3d-part.jpg', 'part.jpg']],
  ['/data/local-files/?d=images%2Fa%20b.jpg', ['a b.jpg']],
  ['s3://bucket/some/part.png', ['part.png']],
  ['https://example.org/part.jpg?size=2#x', ['part.jpg']],
  ['C:\\pictures\\part.jpg', ['part.jpg']],
  ['100%.jpg', ['100%.jpg']],
  ['../../etc/passwd', ['passwd']],
] as const) {
  t.same(fileNamesOf(picture), names, picture);
}
