import type { RolloutView } from '../../../../src/resources/rollout.ts';
import { type Kind, ROLLOUT_STATES } from '../words/rollout-states.ts';

type Where = Pick<RolloutView, 'state' | 'wave' | 'pausedFrom' | 'startedAt'>;

/** Where one wave of a rollout is, in a word. */
export function waveState(
  { state, wave: current, pausedFrom, startedAt }: Where,
  wave: number,
): { readonly kind: Kind; readonly word: string } {
  if (state === 'rolling-back' || state === 'rolled-back') {
    return wave > current || startedAt === null
      ? { kind: 'idle', word: 'never begun' }
      : ROLLOUT_STATES[state];
  }
  if (state === 'completed') return { kind: 'good', word: 'passed' };
  const before = startedAt === null || state === 'shadowing' || pausedFrom === 'shadowing';
  if (state === 'aborted') {
    if (before || wave > current) return { kind: 'idle', word: 'never begun' };
    return wave < current ? { kind: 'good', word: 'passed' } : ROLLOUT_STATES.aborted;
  }
  if (before || wave > current) return { kind: 'idle', word: 'to come' };
  return wave < current ? { kind: 'good', word: 'passed' } : ROLLOUT_STATES[state];
}
