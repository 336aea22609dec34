import t from 'tap';
import { imageFolderLayout } from '../../../../control-plane/src/datasets/import/image-folder-layout.ts';

for (const [name, paths, expected] of [
  [
    'class folders',
    ['good/1.jpg', 'bad/2.jpg'],
    [
      { class: 'good', side: null },
      { class: 'bad', side: null },
    ],
  ],
  ['a folder around them', ['parts/good/1.jpg'], [{ class: 'good', side: null }]],
  [
    'sides above them',
    ['train/good/1.jpg', 'data/val/good/2.jpg', 'Test/bad/3.jpg'],
    [
      { class: 'good', side: 'train' },
      { class: 'good', side: 'validation' },
      { class: 'bad', side: 'test' },
    ],
  ],
  [
    'a class that is called as a side is',
    ['train/1.jpg', 'car/2.jpg'],
    [
      { class: 'train', side: null },
      { class: 'car', side: null },
    ],
  ],
  [
    'pictures without a class beside the sides',
    ['train/good/1.jpg', 'test/2.jpg'],
    [{ class: 'good', side: 'train' }, { skipped: 'beside the folders of the sides' }],
  ],
  ['a picture in no folder', ['1.jpg'], [{ skipped: 'not in the folder of a class' }]],
] as const) {
  t.test(name, async (t) => {
    const layout = imageFolderLayout(paths);
    t.same(
      paths.map((path) => layout.placeOf(path)),
      expected,
    );
  });
}
