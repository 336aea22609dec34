import type { EpochMillis, SampleReason } from '@edgeloop/protocol';
import type { Budgets } from './sampling-plan.ts';

/** What was kept within one hour or day (UTC), by the reason that it was put to account for. */
interface Account {
  /** Hours or days since 1970. */
  readonly number: number;
  readonly samples: Readonly<Record<SampleReason, number>>;
  readonly bytes: Readonly<Record<SampleReason, number>>;
}

/** What was kept this hour and this day. On disk, so that a restart does not begin anew. */
export interface Ledger {
  readonly hour: Account;
  readonly day: Account;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOTHING = { random: 0, requested: 0, uncertain: 0, rare: 0, changed: 0, disagreed: 0 };
const account = (number: number): Account => ({ number, samples: NOTHING, bytes: NOTHING });

export const NEW_LEDGER: Ledger = { hour: account(0), day: account(0) };

/**
 * The ledger with one more sample, or null when a budget has no room for it.
 * @param size Bytes of the picture; 0 where they are not known yet.
 */
export function charge(
  ledger: Ledger,
  budgets: Budgets,
  reason: SampleReason,
  size: number,
  now: EpochMillis,
): Ledger | null {
  const hour = current(ledger.hour, Math.floor(now / HOUR));
  const day = current(ledger.day, Math.floor(now / DAY));
  const room =
    hasRoom(hour.samples, budgets.perHour, budgets.shares, reason, 1) &&
    hasRoom(day.samples, budgets.perDay, budgets.shares, reason, 1) &&
    hasRoom(day.bytes, budgets.bytesPerDay, budgets.shares, reason, Math.max(1, size));
  return room ? { hour: add(hour, reason, size), day: add(day, reason, size) } : null;
}

/**
 * The account that is open: a new one in another hour or day. A clock that was set back over the
 * last boundary does not open it again; one that is further back was wrong before.
 */
function current(open: Account, number: number): Account {
  return number === open.number || number === open.number - 1 ? open : account(number);
}

/**
 * Reasons that follow the scores must not crowd out what is drawn: that would make the draw unfair.
 */
function hasRoom(
  used: Readonly<Record<SampleReason, number>>,
  budget: number,
  shares: Budgets['shares'],
  reason: SampleReason,
  more: number,
): boolean {
  const ofRandom = Math.floor(budget * shares.random);
  if (reason === 'random') return used.random + more <= ofRandom;
  const { random: _, ...rest } = used;
  const others = Object.values(rest).reduce((sum, count) => sum + count, 0);
  return (
    used[reason] + more <= Math.ceil(budget * shares[reason]) && others + more <= budget - ofRandom
  );
}

function add({ number, samples, bytes }: Account, reason: SampleReason, size: number): Account {
  return {
    number,
    samples: { ...samples, [reason]: samples[reason] + 1 },
    bytes: { ...bytes, [reason]: bytes[reason] + size },
  };
}
