import { type EpochMillis, epochMillis, type Millis, millis } from '@edgeloop/protocol';

/** What the machine says of time at one moment. */
export interface TimeReading {
  /** The time by the clock that can be set. */
  readonly wall: EpochMillis;
  /** Another for each start of the machine. */
  readonly boot: string;
  /** Since then; it can't be set. */
  readonly uptime: Millis;
}

/** How far time has surely come, as it was noted. */
export interface TimeNote {
  readonly at: EpochMillis;
  readonly boot: string;
  readonly uptime: Millis;
  /** Of it, what the wall clock alone says since the machine started. */
  readonly credited: Millis;
}

export interface JudgedTime {
  readonly note: TimeNote;
  /** How far the wall clock is ahead of what has surely passed; negative: behind. */
  readonly ahead: number;
  /** It is further than can be believed. */
  readonly isDoubtful: boolean;
}

/**
 * How far time has come. While a machine runs, its uptime says it, and setting the clock changes
 * nothing. What passed while it was off only the wall clock knows: it is believed up to `limit` for
 * each start of the machine, so that a clock that is set to and fro adds no more than that.
 * @param limit what may go too early by a clock that is wrong
 */
export function judgeTime(before: TimeNote, reading: TimeReading, limit: Millis): JudgedTime {
  const { wall, boot, uptime } = reading;
  const same = boot === before.boot && uptime >= before.uptime;
  const at = before.at + (same ? uptime - before.uptime : 0);
  const credited = same ? before.credited : 0;
  const ahead = wall - at;
  const isBelieved = ahead > 0 && credited + ahead <= limit;
  const more = isBelieved ? ahead : 0;
  return {
    note: { at: epochMillis(at + more), boot, uptime, credited: millis(credited + more) },
    ahead: ahead - more,
    isDoubtful: Math.abs(ahead - more) > limit,
  };
}
