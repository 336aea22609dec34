import { epochMillis } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../../errors.ts';
import type { GateSettings } from '../../gates/gate-settings.ts';
import { judgeWave } from '../../gates/judge-wave.ts';
import type { UpdateFigures, WaveFigures } from '../../gates/wave-figures.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import type { RolloutEvent } from '../../states/rollout-states.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { SHADOW_WAVE } from '../shadow-wave.ts';
import { takeStep } from '../take-step.ts';
import { updateFigures, type Verdict, verdictOf } from '../verdict.ts';
import { beginMeasuring } from './begin-measuring.ts';
import { goOn, type Onward } from './go-on.ts';

/** Judges what is under way, and goes on, pauses or rolls back. @param over whether the time to watch it has passed */
export async function judgeStep(
  parts: EngineParts,
  row: RolloutRow,
  over: boolean,
): Promise<RolloutRow | null> {
  const plan = JSON.parse(row.plan) as RolloutPlan;
  const counts = await parts.reader.counts(row.id);
  // Of a target that an earlier wave took whole. Where all were skipped, the gates say that it is not enough.
  if (row.state !== 'shadowing' && row.wave > 0 && !counts.some(({ wave }) => wave === row.wave)) {
    return over ? goOn(parts, row, engine('Nobody is in this wave.')) : null;
  }
  const { figures, gates } = await measure(parts, row, plan, updateFigures(counts, row));
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

async function measure(
  parts: EngineParts,
  row: RolloutRow,
  plan: RolloutPlan,
  updates: UpdateFigures,
): Promise<{ readonly figures: WaveFigures; readonly gates: readonly GateSettings[] }> {
  const { cargo, waves, shadow } = plan;
  const shadowing = row.state === 'shadowing';
  const gates = (shadowing ? shadow?.gates : waves[row.wave]?.gates) ?? [];
  if (cargo.kind !== 'model') {
    const window = { from: epochMillis(row.wave_began_at ?? row.since), to: parts.now() };
    return { gates, figures: { window, updates, wave: [], control: [] } };
  }
  const wave = shadowing ? SHADOW_WAVE : row.wave;
  const key = { rollout: row.id, wave };
  const figures = await parts.measures.measureWave(key, updates).catch(async (error: unknown) => {
    // None of the wave was told anything: nothing was measured yet.
    if (!(error instanceof ControlPlaneError && error.code === 'NOT_FOUND')) throw error;
    await beginMeasuring(parts, row, plan);
    return parts.measures.measureWave(key, updates);
  });
  return { gates, figures };
}
