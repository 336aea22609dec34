import { adoptResNet18, type FloatTensor, initialResNet18, type Weights } from '@edgeloop/onnx';
import t from 'tap';

const given = initialResNet18({ classes: 4, seed: 7 });
const adopt = (tensors: Iterable<[string, FloatTensor]>, classes = 4) =>
  adoptResNet18(new Map(tensors), { classes, seed: 1 });
const without = (pattern: RegExp) => [...given].filter(([name]) => !pattern.test(name));
const zeros = (...dims: number[]): FloatTensor => ({
  dims,
  data: new Float32Array(dims.reduce((a, b) => a * b, 1)),
});
const differing = (weights: Weights) =>
  [...weights].flatMap(([name, tensor]) => (tensor === given.get(name) ? [] : [name]));

t.test('whole weights with as many classes are taken as they are', async (t) => {
  const { weights, missing } = adopt(given);
  t.same(missing, []);
  t.same(differing(weights), []);
});

t.test('with other classes the last layer is new, and nothing else', async (t) => {
  const { weights } = adopt(given, 2);
  t.same(differing(weights), ['fc.weight', 'fc.bias']);
  t.same(weights.get('fc.weight')?.dims, [2, 512]);
  const { weights: headless } = adopt(without(/^fc\./));
  t.same(differing(headless), ['fc.weight', 'fc.bias'], 'so where there is none');
});

t.test('names of DataParallel and what no layer has are no hindrance', async (t) => {
  const named = [...given].map(([name, v]) => [`module.${name}`, v] as [string, FloatTensor]);
  t.same(differing(adopt([...named, ['epoch', zeros(1)]]).weights), []);
});

t.test('a convolution that is missing begins at random, its block as its shortcut', async (t) => {
  const { weights, missing } = adopt(without(/^layer4\.1\.conv1/));
  t.same(missing, ['layer4.1.conv1']);
  t.same(
    differing(weights).filter((name) => !name.startsWith('layer4.1.bn1')),
    ['layer4.1.conv1.weight', 'layer4.1.bn2.weight'],
  );
  t.ok(weights.get('layer4.1.bn2.weight')?.data.every((scale) => scale === 0));
});

const deeper = (more: [string, FloatTensor][]) => [...given, ...more];
for (const [name, tensors, message] of [
  [
    'a ResNet34',
    deeper([['layer1.2.conv1.weight', zeros(64, 64, 3, 3)]]),
    /layer1\.2\.conv1\.weight the first: those of a ResNet34/,
  ],
  [
    'a ResNet50',
    deeper([['layer1.0.conv3.weight', zeros(256, 64, 1, 1)]]),
    /those of a ResNet50 or deeper/,
  ],
  [
    'a stem of three',
    [...without(/^conv1/), ['conv1.0.weight', zeros(32, 3, 3, 3)] as [string, FloatTensor]],
    /conv1\.0\.weight the first/,
  ],
  ['no stem', without(/^conv1/), /conv1\.weight, received none/],
  [
    'another shape',
    [...given, ['conv1.weight', zeros(64, 1, 7, 7)] as [string, FloatTensor]],
    /conv1\.weight of shape 64×3×7×7, received 64×1×7×7/,
  ],
  [
    'statistics that are missing',
    without(/^layer2\.0\.bn1\.running_var/),
    /layer2\.0\.bn1\.running_var of shape 128, received none/,
  ],
  [
    'another network',
    [['features.0.weight', zeros(64, 3, 3, 3)] as [string, FloatTensor]],
    /received 0 of 20 among 1 tensors, as "features\.0\.weight"/,
  ],
  ['nothing', [], /received 0 of 20/],
  [
    'numbers that are none',
    [
      ...given,
      ['bn1.bias', { dims: [64], data: new Float32Array(64).fill(Number.NaN) }] as [
        string,
        FloatTensor,
      ],
    ],
    /finite numbers for bn1\.bias/,
  ],
] as const) {
  t.test(`${name}: refused`, async (t) => {
    t.throws(() => adopt(tensors as [string, FloatTensor][]), { code: 'WEIGHTS_INVALID', message });
  });
}
