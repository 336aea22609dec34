import type { Provider } from '@edgeloop/onnx';
import t from 'tap';
import { CallLength } from '../../../trainer/src/fit/call-length.ts';

/**
 * Steps of the first calls on a machine where one takes `fixed` milliseconds, and so many more for
 * each step.
 */
function lengths(
  provider: Provider,
  [size, batch]: readonly [number, number],
  [fixed, each]: readonly [number, number],
): number[] {
  const length = new CallLength({ provider, size, batch });
  return Array.from({ length: 8 }, () => {
    const { steps } = length;
    t.ok(steps <= length.most);
    length.took(steps, fixed + each * steps);
    return steps;
  });
}

t.test('on the CPU calls are equally long, whatever they take', (t) => {
  t.same(lengths('cpu', [64, 32], [0, 1]), new Array(8).fill(4));
  t.same(lengths('cpu', [224, 32], [0, 9000]), new Array(8).fill(1));
  t.same(lengths('cpu', [32, 2], [0, 1]), new Array(8).fill(11));
  t.end();
});

t.test('on a GPU they grow to half a second, or to 64 MiB of pictures', (t) => {
  t.same(lengths('cuda', [64, 32], [20, 17]), [2, 4, 8, 16, 27, 28, 28, 28], 'half a second');
  t.same(lengths('cuda', [224, 32], [20, 36]), [2, 4, 8, 12, 13, 13, 13, 13], '13 of 4.6 MiB');
  t.same(lengths('cuda', [224, 128], [20, 60]), [2, 3, 3, 3, 3, 3, 3, 3]);
  t.same(lengths('webgpu', [224, 32], [0, 130]), [2, 3, 3, 3, 3, 3, 3, 3]);
  t.same(lengths('cuda', [448, 256], [0, 100]), new Array(8).fill(1), '147 MiB a step');
  t.end();
});

t.test('they shrink where a step takes longer, down to one', (t) => {
  t.same(lengths('webgpu', [64, 32], [0, 4000]), [2, 1, 1, 1, 1, 1, 1, 1]);
  t.end();
});
