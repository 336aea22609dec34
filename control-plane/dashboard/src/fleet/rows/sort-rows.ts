import type { FleetRow } from './fleet-row.ts';
import { needsOf } from './needs.ts';
import { type Clock, STANDINGS, type Standing, standingOf } from './standing.ts';

type Key = string | number | null;

/** What rows can be sorted by. Null comes last, whichever way. */
const KEYS = {
  device: ({ device }) => device,
  state: (row, clock) => ORDER.indexOf(standingOf(row, clock)),
  label: ({ cameras }) => cameras[0]?.label ?? null,
  score: ({ cameras }) => cameras[0]?.score ?? null,
  fps: ({ fps }) => fps,
  latency: ({ inferenceMillis }) => inferenceMillis,
  temperature: ({ celsius }) => celsius,
  model: ({ slots }) => slots[0]?.name ?? null,
  site: ({ site }) => site,
  seen: ({ lastSeenAt }) => lastSeenAt,
  needs: (row, clock) => -needsOf(row, clock).length,
} as const satisfies Record<string, (row: FleetRow, clock: Clock) => Key>;

export type SortKey = keyof typeof KEYS;

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

const ORDER = Object.keys(STANDINGS) as Standing[];
const BY_NAME: Sorting = { by: 'device', descending: false };

/** As in the address: `fps`, `-fps` for the largest first. */
export function readSorting(text: string | null): Sorting {
  const [, minus, by] = /^(-?)(.*)$/.exec(text ?? '') ?? [];
  if (!Object.hasOwn(KEYS, by ?? '')) return BY_NAME;
  return { by: by as SortKey, descending: minus === '-' };
}

/** Null for what needs not be said. */
export const writeSorting = ({ by, descending }: Sorting): string | null =>
  by === BY_NAME.by && !descending ? null : `${descending ? '-' : ''}${by}`;

/** Those that are equal, by name: line-9 before line-10. */
export function sortRows(
  rows: readonly FleetRow[],
  { by, descending }: Sorting,
  clock: Clock,
): readonly FleetRow[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, name: natural(row.device), key: natural(KEYS[by](row, clock)) }))
    .sort((a, b) => compare(a.key, b.key, sign) || compare(a.name, b.name, 1))
    .map(({ row }) => row);
}

/** Numbers in a text filled up, so that texts compare as people count: once for each row, not for each comparison. */
const natural = <Given extends Key>(key: Given) =>
  typeof key === 'string' ? key.replace(/\d+/g, (digits) => digits.padStart(12, '0')) : key;

function compare(a: Key, b: Key, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
}
