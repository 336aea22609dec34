import { duration, plural, withUnit } from '../../ui/format.ts';
import { type Clock, connectivityOf } from './connectivity.ts';
import type { FleetRow } from './fleet-row.ts';

/**
 * Where a Raspberry Pi begins to slow down:
 * https://www.raspberrypi.com/documentation/computers/raspberry-pi.html, "Frequency management and
 * thermal control".
 */
const HOT_CELSIUS = 80;
/** What happened longer ago needs nobody any more. */
const LATELY = 3_600_000;

/** Why a device needs someone. */
export type Need =
  | 'silent'
  | 'safe'
  | 'camera'
  | 'lost'
  | 'update'
  | 'power'
  | 'hot'
  | 'slowed'
  | 'picture'
  | 'failed'
  | 'restarted'
  | 'file'
  | 'clock'
  | 'new';

interface NeedRule {
  readonly kind: 'bad' | 'warn' | 'idle';
  readonly is: (row: FleetRow, clock: Clock) => boolean;
  /** After "3 devices " or the name of the one. */
  readonly says: (rows: readonly FleetRow[], clock: Clock) => string;
  /** In a word or two, for a device and for the filter. */
  readonly name: string;
}

/**
 * In order of severity: who sees nothing, who loses what was seen, who stays behind, who will soon
 * do so.
 */
export const NEEDS: Readonly<Record<Need, NeedRule>> = {
  silent: {
    kind: 'bad',
    name: 'not reporting',
    is: (row, clock) => connectivityOf(row, clock) === 'silent',
    says: (rows, { now, silentAfterMillis }) => {
      const [first] = rows;
      const since = rows.length === 1 ? now - (first?.lastSeenAt ?? now) : silentAfterMillis;
      return `${has(rows)} not reported for ${duration(since)}`;
    },
  },
  safe: {
    kind: 'bad',
    name: 'safe mode',
    is: (row) => troubleOf(row, 'safe-mode') !== undefined,
    says: (rows) => `${are(rows)} in safe mode${whyOf(rows, 'safe-mode')}`,
  },
  camera: {
    kind: 'bad',
    name: 'camera fault',
    is: (row) => troubleOf(row, 'camera') !== undefined,
    says: (rows) => `${has(rows)} a camera that shows nothing${whyOf(rows, 'camera')}`,
  },
  lost: {
    kind: 'bad',
    name: 'lost detections',
    is: ({ lostAt }, clock) => isLately(lostAt, clock),
    says: () => 'lost detections within the last hour',
  },
  update: {
    kind: 'bad',
    name: 'not updated',
    is: ({ updates }) => updates.some(didNot),
    says: (rows) =>
      `could not update${reasonOf(rows, ({ updates }) => updates.find(didNot)?.reason)}`,
  },
  power: {
    kind: 'warn',
    name: 'low voltage',
    is: (row) => troubleOf(row, 'power') !== undefined,
    says: (rows) => `${has(rows)} too little voltage`,
  },
  hot: {
    kind: 'warn',
    name: 'hot',
    is: ({ celsius }) => celsius !== null && celsius >= HOT_CELSIUS,
    says: (rows) =>
      `${rows.length === 1 ? 'runs' : 'run'} hot (${withUnit(HOT_CELSIUS, '°C')} and more)`,
  },
  slowed: {
    kind: 'warn',
    name: 'slowed down',
    is: (row) => troubleOf(row, 'slowed') !== undefined,
    says: (rows) => `${rows.length === 1 ? 'slows itself' : 'slow themselves'} down`,
  },
  picture: {
    kind: 'warn',
    name: 'picture fault',
    is: (row) => troubleOf(row, 'picture') !== undefined,
    says: (rows) => `${has(rows)} a camera to look after${whyOf(rows, 'picture')}`,
  },
  failed: {
    kind: 'warn',
    name: 'frames failed',
    is: ({ failedAt }, clock) => isLately(failedAt, clock),
    says: () => 'had frames that failed within the last hour',
  },
  restarted: {
    kind: 'warn',
    name: 'restarted',
    is: ({ restartedAt }, clock) => isLately(restartedAt, clock),
    says: () => 'had to start a camera or a model again within the last hour',
  },
  file: {
    kind: 'warn',
    name: 'agent.yaml wrong',
    is: (row) => troubleOf(row, 'file') !== undefined,
    says: (rows) => `${has(rows)} a wrong agent.yaml${whyOf(rows, 'file')}`,
  },
  clock: {
    kind: 'warn',
    name: 'clock not set',
    is: (row) => troubleOf(row, 'clock') !== undefined,
    says: (rows) => `${has(rows)} a clock that is not set`,
  },
  new: {
    kind: 'idle',
    name: 'never connected',
    is: (row, clock) => connectivityOf(row, clock) === 'new',
    says: (rows) => `${has(rows)} enrolled, and not connected yet`,
  },
};

const DID_NOT: ReadonlySet<string> = new Set(['reverted', 'refused', 'failed']);

/** The gravest first. */
export const EVERY_NEED = Object.keys(NEEDS) as readonly Need[];
const NONE: readonly Need[] = [];
const SILENT: readonly Need[] = ['silent'];

/**
 * Why a device needs someone; what is revoked needs nobody, and of who is silent nothing else is
 * known.
 */
export function needsOf(row: FleetRow, clock: Clock): readonly Need[] {
  if (row.state === 'revoked') return NONE;
  if (NEEDS.silent.is(row, clock)) return SILENT;
  const needs = EVERY_NEED.filter((need) => NEEDS[need].is(row, clock));
  return needs.length === 0 ? NONE : needs;
}

/** When the time alone will make something else of a row: it falls silent, or an hour is over. */
export function needsUntil(
  { lastSeenAt, lostAt, failedAt, restartedAt }: FleetRow,
  { now, silentAfterMillis }: Clock,
): number {
  return Math.min(
    endAfter(now, lastSeenAt, silentAfterMillis),
    endAfter(now, lostAt, LATELY),
    endAfter(now, failedAt, LATELY),
    endAfter(now, restartedAt, LATELY),
  );
}

const endAfter = (now: number, at: number | null, millis: number) =>
  at !== null && at + millis > now ? at + millis : Number.POSITIVE_INFINITY;

/** "3 devices run hot". The one of one is named. */
export function sentence(need: Need, rows: readonly FleetRow[], clock: Clock): string {
  const who = rows.length === 1 ? (rows[0]?.device ?? '') : plural(rows.length, 'device');
  return `${who} ${NEEDS[need].says(rows, clock)}`;
}

const didNot = ({ state }: { readonly state: string }) => DID_NOT.has(state);

const troubleOf = ({ troubles }: FleetRow, kind: string) =>
  troubles.find(({ trouble }) => trouble === kind);

const whyOf = (rows: readonly FleetRow[], kind: string) =>
  reasonOf(rows, (row) => troubleOf(row, kind)?.about);

const are = (rows: readonly FleetRow[]) => (rows.length === 1 ? 'is' : 'are');

const has = (rows: readonly FleetRow[]) => (rows.length === 1 ? 'has' : 'have');

const isLately = (at: number | null, { now }: Clock) => at !== null && now - at < LATELY;

/** What most of them say; how many, where others say something else. */
function reasonOf(
  rows: readonly FleetRow[],
  reasonIn: (row: FleetRow) => string | null | undefined,
): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const reason = reasonIn(row);
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (!most) return '';
  const [reason, times] = most;
  const words = reason.replace(/\.$/, '');
  return times === rows.length ? `: ${words}` : `; ${times} of them: ${words}`;
}
