import { bytes, type DeviceId, mebibytes } from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import { allotBudget } from '../../../../control-plane/src/samples/budget/allot-budget.ts';
import { apportion } from '../../../../control-plane/src/samples/budget/apportion.ts';

for (const [name, total, weights, evenShare, expected] of [
  ['by weight alone', 100, [1, 3], 0, [25, 75]],
  ['evenly alone', 100, [1, 3], 1, [50, 50]],
  ['half and half', 100, [1, 3], 0.5, [38, 62]],
  ['no weight at all', 9, [0, 0, 0], 0.5, [3, 3, 3]],
  ['less than one each: the first', 2, [1, 1, 1], 0.5, [1, 1, 0]],
  ['nothing', 0, [1, 2], 0.5, [0, 0]],
  ['nobody', 7, [], 0.5, []],
] as const) {
  t.same(apportion(total, weights, evenShare), expected, name);
}

t.test('the parts add up exactly, none is negative, more weight is never less', async () => {
  const weight = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.array(weight, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (total, weights, evenShare) => {
        const parts = apportion(total, weights, evenShare);
        const sum = parts.reduce((a, b) => a + b, 0);
        const byWeight = weights.map((w, i) => [w, parts[i] as number] as const);
        byWeight.sort(([a], [b]) => a - b);
        const monotonic = byWeight.every(
          ([w, part], i) =>
            i === 0 || w === byWeight[i - 1]?.[0] || part + 1 >= byWeight[i - 1]![1],
        );
        const floor = Math.floor((total * evenShare) / weights.length);
        return (
          sum === total &&
          monotonic &&
          parts.every((part) => Number.isInteger(part) && part >= floor - 1 && part >= 0)
        );
      },
    ),
  );
});

const device = (name: string, uncertainty: number | null) => ({
  device: name as DeviceId,
  uncertainty,
});
const fleet = { perHour: 30, perDay: 300, bytesPerDay: mebibytes(100) };

t.test('where the model is least sure, more is sampled; nobody gets nothing', async (t) => {
  const allotted = allotBudget(fleet, [device('sure', 0), device('unsure', 0.9)]);
  t.same(
    allotted.map(({ device, budget }) => [device, budget.perHour, budget.perDay]),
    [
      ['sure', 8, 75],
      ['unsure', 22, 225],
    ],
  );
  t.equal(
    allotted.reduce((sum, { budget }) => sum + budget.bytesPerDay, 0),
    fleet.bytesPerDay,
  );
});

t.test('a device that has not said yet counts as the mean of the others', async (t) => {
  const budgets = allotBudget({ perHour: 0, perDay: 300, bytesPerDay: bytes(0) }, [
    device('a', 0.2),
    device('b', 0.6),
    device('new', null),
  ]);
  t.same(
    budgets.map(({ budget }) => budget.perDay),
    [75, 125, 100],
  );
});

t.test('the order of the devices does not matter', async (t) => {
  const devices = [device('c', 0.5), device('a', 0.5), device('b', 0.5)];
  t.same(allotBudget(fleet, devices), allotBudget(fleet, devices.toReversed()));
});
