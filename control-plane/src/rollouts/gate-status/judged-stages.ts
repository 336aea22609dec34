import type { Stage } from '../engine/measure-stage.ts';
import type { GateResult } from '../gates/gate-result.ts';
import type { DecisionRow } from '../store/rollout-tables.ts';

/** What the gates of a stage said when it was decided. */
export interface JudgedStage {
  readonly at: number;
  readonly gates: readonly GateResult[];
}

type Decided = Pick<DecisionRow, 'at' | 'event' | 'from_state' | 'wave' | 'figures'>;

/**
 * Of each stage that gates decided about, the last time that they did.
 * @param decisions oldest first
 */
export function judgedStages(decisions: readonly Decided[]): Map<Stage, JudgedStage> {
  const judged = new Map<Stage, JudgedStage>();
  for (const decision of decisions) {
    const { gates } = JSON.parse(decision.figures) as { gates?: readonly GateResult[] };
    if (!gates) continue;
    judged.set(stageOfDecision(decision), { at: decision.at, gates });
  }
  return judged;
}

/** A decision names the wave that it leads to. */
function stageOfDecision({ event, from_state, wave }: Decided): Stage {
  if (from_state === 'shadowing') return 'shadow';
  return event === 'advance' ? wave - 1 : wave;
}
