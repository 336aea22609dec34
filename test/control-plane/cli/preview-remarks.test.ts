import t from 'tap';
import { previewRemarks } from '../../../control-plane/src/cli/rollouts/preview-remarks.ts';
import type { RolloutPreview } from '../../../control-plane/src/resources/rollout.ts';

const remarksOn = (more: Partial<RolloutPreview>, bakeNeeded: number | null = null) =>
  previewRemarks({ gateReasons: [], waves: [{ wave: 0, bakeNeeded }], ...more } as never);

t.test('a plan that nothing speaks against', async (t) => t.same(remarksOn({}), []));

t.test('a model that the gate refused, before all else', async (t) => {
  const gateReasons = ['2 of 5 scratches are right.', 'INT8 loses 4 %.'];
  t.match(remarksOn({ gateReasons }, 61_000), [
    'The gate did not let this model through: 2 of 5 scratches are right. INT8 loses 4 %.',
    /^Wave 1: .* --bake 2min would do\.$/,
  ]);
});
