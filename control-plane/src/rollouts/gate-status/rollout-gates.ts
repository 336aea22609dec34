import { timestamp } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { GateStatus, GateStatuses, StageStatus } from '../../resources/rollout-gates.ts';
import { dueAt } from '../engine/due-at.ts';
import type { EngineParts } from '../engine/engine-parts.ts';
import { gatesOf, measureStage, type Stage, stageOf } from '../engine/measure-stage.ts';
import { updateFigures } from '../engine/verdict.ts';
import { readGate } from '../gates/gate-reading.ts';
import type { GateResult } from '../gates/gate-result.ts';
import type { GateSettings } from '../gates/gate-settings.ts';
import { judgeWave } from '../gates/judge-wave.ts';
import type { RolloutPlan } from '../plan/plan.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';
import { type JudgedStage, judgedStages } from './judged-stages.ts';

type Parts = Pick<EngineParts, 'database' | 'reader' | 'measures' | 'now'>;

/**
 * A thousand devices are measured for one answer: whoever asks within this time gets the same one.
 */
const KEPT_FOR = 2000;
/** Rollouts of which an answer is kept; of more, the oldest goes. */
const KEPT = 16;

interface CachedStatuses {
  readonly revision: number;
  readonly until: number;
  readonly answer: Promise<GateStatuses>;
}

/**
 * How the gates of each wave stand: as the engine would judge now what is under way, and as it
 * judged what is past.
 */
export class RolloutGates {
  readonly #parts: Parts;
  readonly #kept = new Map<RolloutId, CachedStatuses>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Decides nothing. @throws ControlPlaneError `NOT_FOUND` */
  async read(id: RolloutId): Promise<GateStatuses> {
    const row = await this.#parts.reader.find(id);
    const kept = this.#kept.get(id);
    if (kept?.revision === row.revision && kept.until > this.#parts.now()) return kept.answer;
    const answer = readStatuses(this.#parts, row);
    this.#keep(id, { revision: row.revision, until: this.#parts.now() + KEPT_FOR, answer });
    return answer;
  }

  #keep(id: RolloutId, kept: CachedStatuses): void {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    // What failed is tried again by the next who asks.
    kept.answer.catch(() => this.#kept.get(id) === kept && this.#kept.delete(id));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest) this.#kept.delete(oldest);
  }
}

async function readStatuses(parts: Parts, row: RolloutRow): Promise<GateStatuses> {
  const { plan } = row;
  const judged = judgedStages(await decisionsOf(parts, row.id));
  const live = await liveStage(parts, row, plan, judged);
  const stages: Stage[] = [...(plan.shadow ? ['shadow' as const] : []), ...plan.waves.keys()];
  return {
    at: timestamp(parts.now()),
    stages: stages.map((stage) => {
      const gates = gatesOf(plan, stage);
      if (live?.stage === stage) return live.status;
      const then = judged.get(stage);
      return then ? past(stage, then) : ahead(stage, gates);
    }),
  };
}

/** What is under way, measured now; null: nothing is, or gates have paused it and said why. */
async function liveStage(
  parts: Parts,
  row: RolloutRow,
  plan: RolloutPlan,
  judged: ReadonlyMap<Stage, JudgedStage>,
): Promise<{ readonly stage: Stage; readonly status: StageStatus } | null> {
  const at = { ...row, state: row.paused_from ?? row.state };
  if (!['shadowing', 'rolling', 'baking'].includes(at.state)) return null;
  const stage = stageOf(at);
  if (row.state === 'paused' && judged.get(stage)?.at === row.since) return null;
  const updates = updateFigures(await parts.reader.counts(row.id), at);
  try {
    const figures = await measureStage(parts, at, plan, updates);
    const results = judgeWave(gatesOf(plan, stage), figures, { over: false });
    const until = row.state === 'rolling' ? null : dueAt(row);
    const status: StageStatus = {
      wave: waveOf(stage),
      judged: 'now',
      at: timestamp(parts.now()),
      watchedSince: until === null ? null : timestamp(row.since),
      watchedUntil: until === null ? null : timestamp(until),
      gates: results.map(statusOf),
    };
    return { stage, status };
  } catch (error) {
    // None of the wave was told anything.
    if (error instanceof ControlPlaneError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function past(stage: Stage, { at, gates }: JudgedStage): StageStatus {
  return {
    wave: waveOf(stage),
    judged: 'then',
    at: timestamp(at),
    watchedSince: null,
    watchedUntil: null,
    gates: gates.map(statusOf),
  };
}

function ahead(stage: Stage, gates: readonly GateSettings[]): StageStatus {
  return {
    wave: waveOf(stage),
    judged: 'not yet',
    at: null,
    watchedSince: null,
    watchedUntil: null,
    gates: gates.map((gate) => ({
      gate,
      outcome: null,
      reason: null,
      reading: readGate(gate, {}),
    })),
  };
}

const statusOf = ({ gate, outcome, reason, figures }: GateResult): GateStatus => ({
  gate,
  outcome,
  reason,
  reading: readGate(gate, figures),
});

const waveOf = (stage: Stage) => (stage === 'shadow' ? null : stage);

function decisionsOf({ database }: Parts, id: RolloutId) {
  return database
    .selectFrom('rollout_decisions')
    .select(['at', 'event', 'from_state', 'wave', 'figures'])
    .where('rollout', '=', id)
    .where('event', 'in', ['begin', 'advance', 'complete', 'pause', 'roll-back'])
    .orderBy('id')
    .execute();
}
