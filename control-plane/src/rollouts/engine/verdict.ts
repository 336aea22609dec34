import type { GateResult } from '../gates/gate-result.ts';
import type { UpdateFigures } from '../gates/wave-figures.ts';
import { type DeviceState, MOVING_STATES } from '../states/device-states.ts';
import type { DeviceCount } from '../store/rollout-reader.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';

/** What becomes of a rollout, by what its gates say. */
export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'go on'; readonly reason: string }
  | { readonly kind: 'pause' | 'roll back'; readonly gate: string; readonly reason: string };

/**
 * Of several that fail, one that rolls back decides. A rollout goes on only when the bake is over
 * and every gate has passed: one that says nothing stops it.
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
  const reason = gates === 1 ? 'Its gate passed.' : `All ${gates} gates passed.`;
  return { kind: 'go on', reason };
}

/**
 * A wave bakes when none of its devices is so: who is has joined since, and has its own deadline.
 */
const JOINED_SINCE: readonly DeviceState[] = ['pending', ...MOVING_STATES];

/** What became of the update in the wave that is under way, as the gates count it. */
export function updateFigures(
  counts: readonly DeviceCount[],
  { wave, state: now }: Pick<RolloutRow, 'wave' | 'state'>,
): UpdateFigures {
  const figures = { committed: 0, failed: 0, refused: 0, reverted: 0, underWay: 0 };
  for (const { wave: of, state, outcome, devices } of counts) {
    if (of !== wave || state === 'skipped') continue;
    if (now === 'baking' && JOINED_SINCE.includes(state)) continue;
    if (state === 'done') figures.committed += devices;
    else if (state === 'failed') {
      figures[outcome === 'refused' || outcome === 'reverted' ? outcome : 'failed'] += devices;
    }
    // Who was never there, or is let in no more, has shown nothing. Who was there and fell silent
    // has: it did not take the update.
    else if (!(state === 'late' && (outcome === 'offline' || outcome === 'left'))) {
      figures.underWay += devices;
    }
  }
  return figures;
}
