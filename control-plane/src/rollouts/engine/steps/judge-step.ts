import { ControlPlaneError } from '../../../errors.ts';
import { judgeWave } from '../../gates/judge-wave.ts';
import type { UpdateFigures, WaveFigures } from '../../gates/wave-figures.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import type { RolloutEvent } from '../../states/rollout-states.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { gatesOf, measureStage, stageOf } from '../measure-stage.ts';
import { takeStep } from '../take-step.ts';
import { updateFigures, type Verdict, verdictOf } from '../verdict.ts';
import { beginMeasuring } from './begin-measuring.ts';
import { goOn, type Onward } from './go-on.ts';

/**
 * Judges what is under way, and goes on, pauses or rolls back.
 * @param over whether the time to watch it has passed
 */
export async function judgeStep(
  parts: EngineParts,
  row: RolloutRow,
  over: boolean,
): Promise<RolloutRow | null> {
  const { plan } = row;
  const counts = await parts.reader.counts(row.id);
  // Of a target that an earlier wave took whole. Where all were skipped, the gates say that it is
  // not enough.
  if (row.state !== 'shadowing' && row.wave > 0 && !counts.some(({ wave }) => wave === row.wave)) {
    return row.state === 'baking' ? goOn(parts, row, engine('Nobody is in this wave.')) : null;
  }
  const gates = gatesOf(plan, stageOf(row));
  const figures = await measure(parts, row, plan, updateFigures(counts, row), over);
  if (!figures) return null;
  const results = judgeWave(gates, figures, { over });
  const verdict = verdictOf(gates.length, results, over);
  if (verdict.kind === 'wait') return null;
  const said = { gates: results, updates: figures.updates };
  if (verdict.kind === 'go on') return goOn(parts, row, engine(verdict.reason, said));
  return stop(parts, row, verdict, said);
}

const engine = (reason: string, figures: unknown = {}): Onward => ({
  by: 'engine',
  reason,
  figures,
});

function stop(
  parts: EngineParts,
  row: RolloutRow,
  { kind, gate, reason }: Extract<Verdict, { gate: string }>,
  figures: unknown,
): Promise<RolloutRow | null> {
  const event: RolloutEvent = kind === 'pause' ? 'pause' : 'roll-back';
  return takeStep(parts, row, {
    decision: { event, by: `gate:${gate}`, reason, figures },
    changes: { reason, ...(kind === 'pause' && { paused_from: row.state }) },
    ...(event === 'roll-back' && { leaves: 'untold' }),
  });
}

/**
 * Null while none of the wave was told anything, perhaps until its daily window opens: what it is
 * compared with is kept from when the first is told. Where it is over all the same, from now on.
 */
async function measure(
  parts: EngineParts,
  row: RolloutRow,
  plan: RolloutPlan,
  updates: UpdateFigures,
  over: boolean,
): Promise<WaveFigures | null> {
  try {
    return await measureStage(parts, row, plan, updates);
  } catch (error) {
    if (!(error instanceof ControlPlaneError && error.code === 'NOT_FOUND')) throw error;
    if (!over) return null;
    await beginMeasuring(parts, row, plan);
    return measureStage(parts, row, plan, updates);
  }
}
