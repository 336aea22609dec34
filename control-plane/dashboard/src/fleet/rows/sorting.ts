import { CONNECTIVITIES, type Connectivity } from './connectivity.ts';
import type { Judged } from './judged.ts';
import { natural } from './natural.ts';
import { EVERY_NEED, type Need } from './needs.ts';

type Key = string | number | null;

/** What devices can be sorted by. Null comes last, whichever way. */
const KEYS = {
  device: ({ name }) => name,
  state: ({ connectivity }) => ORDER.indexOf(connectivity),
  label: ({ row }) => row.cameras[0]?.label ?? null,
  score: ({ row }) => row.cameras[0]?.score ?? null,
  fps: ({ row }) => row.fps,
  latency: ({ row }) => row.inferenceMillis,
  temperature: ({ row }) => row.celsius,
  model: ({ row }) => row.slots[0]?.name ?? null,
  site: ({ row }) => row.site,
  seen: ({ row }) => row.lastSeenAt,
  needs: ({ needs }) => urgency(needs),
} as const satisfies Record<string, (device: Judged) => Key>;

export type SortKey = keyof typeof KEYS;

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

const ORDER = Object.keys(CONNECTIVITIES) as Connectivity[];

/**
 * The gravest reason first; of those that share it, who has more of them.
 * @param needs the gravest first
 */
function urgency(needs: readonly Need[]): number {
  const [gravest] = needs;
  const rank = gravest === undefined ? EVERY_NEED.length : EVERY_NEED.indexOf(gravest);
  return rank * (EVERY_NEED.length + 1) - needs.length;
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

/** A device with what it is sorted by. */
export interface Sorted {
  readonly device: Judged;
  readonly key: Key;
}

export const sortable = (device: Judged, { by }: Sorting): Sorted => {
  const key = KEYS[by](device);
  return { device, key: typeof key === 'string' && by !== 'device' ? natural(key) : key };
};

/** Which of two comes first; those that are equal, by name: line-9 before line-10. */
export function comparing({ descending }: Sorting): (a: Sorted, b: Sorted) => number {
  const sign = descending ? -1 : 1;
  return (a, b) =>
    compare(a.key, b.key, sign) ||
    compare(a.device.name, b.device.name, 1) ||
    compare(a.device.row.device, b.device.row.device, 1);
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
}
