import { timestamp } from '@edgeloop/protocol';
import type {
  AssignmentList,
  DecisionPage,
  RolloutDevicePage,
  RolloutSummary,
  RolloutView,
} from '../resources/rollout.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { lastDecisions } from './store/last-decisions.ts';
import type { DeviceCount } from './store/rollout-reader.ts';
import type {
  AssignmentRow,
  DecisionRow,
  RolloutDeviceRow,
  RolloutHead,
  RolloutRow,
} from './store/rollout-tables.ts';

type Decided = Pick<DecisionRow, 'at' | 'event' | 'by_whom' | 'reason'>;

/**
 * A rollout as the API gives it in lists.
 * @param waves how many it has
 * @param decided what led it where it is
 */
export function summaryOf(
  row: RolloutHead,
  waves: number,
  decided: Decided | undefined,
): RolloutSummary {
  return {
    rollout: row.id,
    name: row.name,
    state: row.state,
    lane: row.lane,
    cargo: row.cargo,
    priority: row.priority,
    wave: row.wave,
    waves,
    since: timestamp(row.since),
    createdAt: timestamp(row.created_at),
    createdBy: row.created_by,
    approvedAt: time(row.approved_at),
    approvedBy: row.approved_by,
    startAt: time(row.start_at),
    startedAt: time(row.started_at),
    endedAt: time(row.ended_at),
    reason: row.reason,
    decided: lastDecisionOf(row, decided),
  };
}

/** One rollout as the API gives it, with how many of its devices are where. */
export async function readView(
  { database, reader }: Pick<EngineParts, 'database' | 'reader'>,
  row: RolloutRow,
): Promise<RolloutView> {
  const { plan } = row;
  const counts = await reader.counts(row.id);
  const decided = (await lastDecisions(database, [row.id])).get(row.id);
  return {
    ...summaryOf(row, plan.waves.length, decided),
    pausedFrom: row.paused_from,
    plan,
    progress: progressOf(plan.waves.length, counts),
  };
}

/** There is one of each rollout: that it was made. */
function lastDecisionOf(row: RolloutHead, decided: Decided | undefined): RolloutSummary['decided'] {
  if (!decided) {
    return { at: timestamp(row.created_at), event: 'create', by: row.created_by, reason: '' };
  }
  const { at, event, by_whom: by, reason } = decided;
  return { at: timestamp(at), event, by, reason };
}

/** How many devices of each wave are in each state. */
function progressOf(waves: number, counts: readonly DeviceCount[]): RolloutView['progress'] {
  return Array.from({ length: waves }, (_, wave) => {
    const devices: Record<string, number> = {};
    for (const { wave: of, state, devices: count } of counts) {
      if (of === wave) devices[state] = (devices[state] ?? 0) + count;
    }
    return { wave, devices };
  });
}

export function deviceViewOf(row: RolloutDeviceRow): RolloutDevicePage['devices'][number] {
  return {
    device: row.device,
    wave: row.wave,
    state: row.state,
    since: timestamp(row.since),
    generation: row.generation,
    before: row.before_value,
    toldAt: time(row.told_at),
    attempts: row.attempts,
    outcome: row.outcome,
    reason: row.reason === null ? null : JSON.parse(row.reason),
  };
}

export function decisionViewOf(row: DecisionRow): DecisionPage['decisions'][number] {
  return {
    at: timestamp(row.at),
    event: row.event,
    by: row.by_whom,
    from: row.from_state,
    to: row.to_state,
    wave: row.wave,
    reason: row.reason,
    figures: JSON.parse(row.figures),
  };
}

export function assignmentViewOf(row: AssignmentRow): AssignmentList['assignments'][number] {
  return {
    slot: row.slot,
    as: row.purpose,
    generation: row.generation,
    model: row.model,
    rollout: row.rollout,
    issuedAt: timestamp(row.issued_at),
    expiresAt: timestamp(row.expires_at),
    takenAt: time(row.taken_at),
    endedAt: time(row.ended_at),
  };
}

const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
