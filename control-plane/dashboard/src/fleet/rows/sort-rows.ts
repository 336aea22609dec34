import type { FleetRow } from './fleet-row.ts';
import { NEEDS, type Need, needsOf } from './needs.ts';
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
  needs: (row, clock) => urgency(needsOf(row, clock)),
} as const satisfies Record<string, (row: FleetRow, clock: Clock) => Key>;

export type SortKey = keyof typeof KEYS;

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

const ORDER = Object.keys(STANDINGS) as Standing[];
const GRAVITY = Object.keys(NEEDS) as Need[];

/** The gravest reason first; of those that share it, who has more of them. @param needs the gravest first */
function urgency(needs: readonly Need[]): number {
  const [gravest] = needs;
  const rank = gravest === undefined ? GRAVITY.length : GRAVITY.indexOf(gravest);
  return rank * (GRAVITY.length + 1) - needs.length;
}

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
    .map((row) => ({ row, name: nameOf(row), key: natural(KEYS[by](row, clock)) }))
    .sort((a, b) => compare(a.key, b.key, sign) || compare(a.name, b.name, 1))
    .map(({ row }) => row);
}

/** What a row is named by in an order, made once for each: a fleet is sorted at each look. */
const names = new WeakMap<FleetRow, string>();

function nameOf(row: FleetRow): string {
  const known = names.get(row) ?? natural(row.device);
  names.set(row, known);
  return known;
}

/** Numbers in a text filled up, so that texts compare as people count: once for each row, not for each comparison. */
function natural<Given extends Key>(key: Given): Given | string {
  return typeof key === 'string' ? key.replace(/\d+/g, (digits) => digits.padStart(12, '0')) : key;
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
}
