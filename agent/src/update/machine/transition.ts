import type { EpochMillis, Reason, Sha256, UpdateState } from '@edgeloop/protocol';
import { MAX_BOOTS, MAX_FAILURES, MAX_WRITES } from './limits.ts';
import { hasEnded, type SlotRecord, type Update } from './slot-record.ts';
import { TRANSITIONS } from './transitions.ts';
import type { Assigned, UpdateEvent } from './update-event.ts';

/** The record after an event; the same object where nothing changes. */
export function transition(record: SlotRecord, event: UpdateEvent, now: EpochMillis): SlotRecord {
  switch (event.kind) {
    case 'assigned':
      return assign(record, event.assignment, now);
    case 'rejected':
      return reject(record, event.assignment, event.reason, now);
    case 'booted': {
      const known = withFallback(record, event.fallback);
      return event.again ? known : boot(known, now);
    }
    case 'lost':
      return lose(record, event, now);
    default:
      return work(record, event, now);
  }
}

type WorkEvent = Extract<UpdateEvent, { kind: 'due' | 'done' | 'passing' | 'refused' | 'failed' }>;

function work(record: SlotRecord, event: WorkEvent, now: EpochMillis): SlotRecord {
  const { update } = record;
  const state = update && TRANSITIONS[update.state][event.kind];
  if (!update || !state) return record;
  const reason = 'reason' in event ? event.reason : null;
  const failures = failuresAfter(update, event);
  if (failures >= MAX_FAILURES) {
    const message = `Given up after ${failures} tries: ${reason?.message}`;
    return giveUp(record, update, message, now, reason?.code);
  }
  const attempts = update.attempts + (state === 'downloading' ? 1 : 0);
  return move(record, { ...update, attempts, failures }, { state, reason }, now);
}

function failuresAfter({ state, failures }: Update, event: WorkEvent): number {
  // In probation nothing is tried again.
  if (event.kind === 'passing' && state !== 'probation') {
    return event.progressed ? 1 : failures + 1;
  }
  return failures;
}

/** Whatever was on its way ends: this is what is wanted now. */
function assign(record: SlotRecord, { model, generation }: Assigned, now: EpochMillis): SlotRecord {
  const { good, update } = record;
  const begun = { ...NEW_UPDATE, model, generation, since: now };
  // It runs, or did before the update that ends here: nothing has to be shown again.
  if (model === good.model) {
    const committed: Update = { ...begun, state: 'committed' };
    return { ...record, good: { model, generation }, update: committed };
  }
  // The same model under another generation: what is done of it is done.
  if (update?.model === model && !hasEnded(update)) {
    const state = update.state === 'waiting' ? 'downloading' : update.state;
    const { since, attempts, boots } = update;
    return { ...record, update: { ...begun, state, since, attempts, boots } };
  }
  return { ...record, update: { ...begun, state: 'downloading', attempts: 1 } };
}

const NEW_UPDATE = { attempts: 0, failures: 0, boots: 0, writes: 1, reason: null };

/** What runs is not disturbed by it, nor what is on its way. */
function reject(
  record: SlotRecord,
  { model, generation }: Assigned,
  reason: Reason,
  now: EpochMillis,
): SlotRecord {
  const { update } = record;
  if (update && !hasEnded(update)) return record;
  const told =
    update?.state === 'refused' && update.model === model && update.generation === generation;
  if (told && update.reason?.code === reason.code) return record;
  const refused: Update = {
    ...NEW_UPDATE,
    model,
    generation,
    state: 'refused',
    since: now,
    reason,
  };
  return { ...record, update: refused };
}

/** Where starts count, in words: the model itself may be what ended the last run. */
const RISKY: Readonly<Partial<Record<UpdateState, string>>> = {
  testing: 'while testing the model',
  activating: 'while activating the model',
  probation: "in the model's probation",
};

function boot(record: SlotRecord, now: EpochMillis): SlotRecord {
  const { update } = record;
  const during = update && RISKY[update.state];
  if (!update || !during) return record;
  const boots = update.boots + 1;
  if (boots >= MAX_BOOTS) {
    const message = `Given up: the agent started ${boots} times ${during}.`;
    return giveUp(record, update, message, now);
  }
  return move(record, update, { state: update.state, boots, reason: update.reason }, now);
}

/** What agent.yaml names may have been replaced while the agent was off. */
function withFallback(record: SlotRecord, model: Sha256): SlotRecord {
  const { good, previous } = record;
  const next = { model, generation: null };
  const stale = good.generation === null && good.model !== model;
  if (previous?.generation === null && previous.model !== model) {
    return { ...record, good: stale ? next : good, previous: next };
  }
  return stale ? { ...record, good: next } : record;
}

function lose(
  record: SlotRecord,
  { model, fallback, reason }: Extract<UpdateEvent, { kind: 'lost' }>,
  now: EpochMillis,
): SlotRecord {
  const { good, previous, update } = record;
  if (update?.state === 'probation' && update.model === model) {
    return move(record, update, { state: 'reverted', reason }, now);
  }
  if (good.model !== model) return record;
  const before = previous && previous.model !== model ? previous : null;
  const next = {
    ...record,
    good: before ?? { model: fallback, generation: null },
    previous: null,
  };
  if (update?.state !== 'committed' || update.model !== model) return next;
  return { ...next, update: { ...update, state: 'reverted', since: now, reason, boots: 0 } };
}

function giveUp(
  record: SlotRecord,
  update: Update,
  message: string,
  now: EpochMillis,
  code = 'UPDATE_GIVEN_UP',
): SlotRecord {
  const state = TRANSITIONS[update.state].givenUp ?? update.state;
  const reason = { code, message: message.slice(0, 1000) };
  return enter(record, update, { state, reason }, now);
}

/** What changes of an update. Starts count within one state. */
interface Move {
  readonly state: UpdateState;
  readonly reason: Reason | null;
  readonly boots?: number;
}

function move(record: SlotRecord, update: Update, to: Move, now: EpochMillis): SlotRecord {
  if (update.writes >= MAX_WRITES && !hasEnded(to)) {
    const message = `Given up after ${update.writes} changes of state.`;
    return giveUp(record, update, message, now);
  }
  return enter(record, update, to, now);
}

function enter(
  record: SlotRecord,
  update: Update,
  { state, reason, boots = 0 }: Move,
  now: EpochMillis,
): SlotRecord {
  const since = state === update.state ? update.since : now;
  const next = { ...update, state, reason, boots, since, writes: update.writes + 1 };
  if (state !== 'committed') return { ...record, update: next };
  const { model, generation } = update;
  return { ...record, good: { model, generation }, previous: record.good, update: next };
}
