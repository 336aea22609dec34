import type { GateResult } from '../gates/gate-result.ts';
import type { UpdateFigures } from '../gates/wave-figures.ts';
import type { DeviceCount } from '../store/rollout-reader.ts';

/** What becomes of a rollout, by what its gates say. */
export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'go on'; readonly reason: string }
  | { readonly kind: 'pause' | 'roll back'; readonly gate: string; readonly reason: string };

/**
 * Of several that fail, one that rolls back decides. A rollout goes on only when the bake is over and every gate has passed: one
 * that says nothing stops it.
 */
export function verdictOf(gates: number, results: readonly GateResult[], over: boolean): Verdict {
  const failed = results.filter(
    ({ outcome }) => outcome === 'failed' || (over && outcome === 'undecided'),
  );
  const deciding = failed.find(({ gate }) => gate.onFailure === 'roll back') ?? failed[0];
  if (deciding) {
    const { gate, reason } = deciding;
    return { kind: gate.onFailure, gate: gate.kind, reason };
  }
  if (!over) return { kind: 'wait' };
  if (results.length < gates) {
    return { kind: 'pause', gate: 'missing', reason: 'Not every gate has said something.' };
  }
  return { kind: 'go on', reason: `All ${gates} gates passed.` };
}

/** What became of the update in one wave, as the gates count it. */
export function updateFigures(counts: readonly DeviceCount[], wave: number): UpdateFigures {
  const figures = { committed: 0, failed: 0, refused: 0, reverted: 0, underWay: 0 };
  for (const { wave: of, state, outcome, devices } of counts) {
    if (of !== wave || state === 'skipped') continue;
    if (state === 'done') figures.committed += devices;
    else if (state === 'failed') {
      figures[outcome === 'refused' || outcome === 'reverted' ? outcome : 'failed'] += devices;
    }
    // Told, and never heard of: the gates on reports are for those.
    else if (!(state === 'late' && outcome === 'silent')) figures.underWay += devices;
  }
  return figures;
}
