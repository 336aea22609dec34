import type { FloatTensor } from '@edgeloop/onnx';
import t from 'tap';
import { forClasses } from '../../../trainer/src/fit/starting-weights.ts';

const CLASSES = ['good', 'rust', 'scratch'];
const tensor: FloatTensor = { dims: [1], data: new Float32Array(1) };
const kept = (names: readonly string[], of: readonly string[] | null) => [
  ...forClasses(new Map(names.map((name) => [name, tensor])), of, CLASSES).keys(),
];
const NAMES = ['layer4.1.bn2.bias', 'fc.weight', 'fc.bias'];

t.test('the last layer of the same classes in the same order is gone on with', (t) => {
  t.same(kept(NAMES, ['good', 'rust', 'scratch']), NAMES);
  t.same(kept(NAMES, null), NAMES, 'and where nobody says whose it is');
  t.end();
});

t.test('that of as many others, or in another order, is not', (t) => {
  t.same(kept(NAMES, ['dent', 'good', 'rust']), ['layer4.1.bn2.bias']);
  t.same(kept(NAMES, ['rust', 'good', 'scratch']), ['layer4.1.bn2.bias']);
  t.same(kept(['module.fc.weight', 'module.conv1.weight'], []), ['module.conv1.weight']);
  t.end();
});
