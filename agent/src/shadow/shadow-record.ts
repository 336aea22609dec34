import {
  type EpochMillis,
  Ids,
  Reason,
  type Sha256,
  timestamp,
  type UpdateReport,
  UpdateState,
} from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

/** The shadow that a slot was last given, and what became of it: what must survive a restart. */
export const ShadowRecord = Type.Object({
  model: Ids.sha256,
  generation: Type.Integer({ minimum: 1 }),
  state: UpdateState,
  since: Ids.timestamp,
  attempts: Type.Integer({
    minimum: 0,
    description: 'Starts of its process since it last ran well',
  }),
  reason: Type.Optional(Reason),
  /** Its assignment counts: what becomes of it stands. */
  accepted: Type.Optional(Type.Literal(true)),
});
export type ShadowRecord = Static<typeof ShadowRecord>;

interface ShadowAssignment {
  readonly model: Sha256;
  readonly generation: number;
}

export type ShadowEvent =
  | { readonly kind: 'assigned'; readonly assignment: ShadowAssignment }
  | { readonly kind: 'rejected'; readonly assignment: ShadowAssignment; readonly reason: Reason }
  | { readonly kind: 'downloading' | 'verifying' | 'testing' | 'answered' | 'ran well' }
  /** It can be tried again. */
  | { readonly kind: 'passing'; readonly reason: Reason }
  | { readonly kind: 'refused' | 'failed'; readonly reason: Reason };

/** Starts without a good while between them: one more, and it is taken for what ends the device. */
const MAX_ATTEMPTS = 5;

/** Null: nothing is to be done about this one any more. */
export function isOver({ state }: ShadowRecord): boolean {
  return state === 'refused' || state === 'failed';
}

/** Its assignment does not count, and may yet: the device may get another root. */
export function isRejected({ state, accepted }: ShadowRecord): boolean {
  return state === 'refused' && accepted !== true;
}

/** Everything of it is on disk and was verified. */
export function isFetched({ state }: ShadowRecord): boolean {
  return state === 'testing' || state === 'committed';
}

/** Null before any was assigned. What is over stays so until another is assigned. */
export function stepShadow(
  record: ShadowRecord | null,
  event: ShadowEvent,
  now: EpochMillis,
): ShadowRecord | null {
  const since = timestamp(now);
  if (event.kind === 'assigned') {
    return { ...event.assignment, accepted: true, state: 'waiting', since, attempts: 0 };
  }
  if (event.kind === 'rejected') {
    const { assignment, reason } = event;
    return { ...assignment, state: 'refused', since, attempts: 0, reason };
  }
  if (!record || isOver(record)) return record;
  const { reason: _, ...before } = record;
  switch (event.kind) {
    case 'downloading':
    case 'verifying':
      return { ...before, state: event.kind, since };
    case 'testing':
      return beginTest(before, since);
    case 'answered':
      return { ...before, state: 'committed', since };
    case 'ran well':
      return record.attempts === 0 ? record : { ...record, attempts: 0 };
    case 'passing':
      return { ...before, state: 'waiting', since, reason: event.reason };
    case 'refused':
    case 'failed':
      return { ...before, state: event.kind, since, reason: event.reason };
  }
}

function beginTest(record: ShadowRecord, since: ShadowRecord['since']): ShadowRecord {
  const attempts = record.attempts + 1;
  if (attempts <= MAX_ATTEMPTS) return { ...record, state: 'testing', since, attempts };
  const message = `Expected the device to go on with the candidate, it was started ${MAX_ATTEMPTS} times without an hour between. Does it take too much power or memory?`;
  return { ...record, state: 'failed', since, reason: { code: 'SHADOW_RESTARTED', message } };
}

export function reportShadow(
  { accepted: _, ...record }: ShadowRecord,
  progress: UpdateReport['progress'] | null,
): UpdateReport {
  return { ...record, ...(progress && record.state === 'downloading' && { progress }) };
}
