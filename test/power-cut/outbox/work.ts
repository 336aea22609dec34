import { bytes, millis } from '@edgeloop/protocol';
import type { OutboxBounds } from '../../../agent/src/config/config.ts';

/** Few rows and a short life, so that both evict. */
export const BOUNDS: OutboxBounds = { rows: 24, bytes: bytes(1e9), age: millis(1000) };

/** What an outbox is asked, in order. */
export type Step =
  | { readonly kind: 'append'; readonly rows: number; readonly bytes: number; readonly now: number }
  /** All but so many of the last rows are stored. */
  | { readonly kind: 'delivered'; readonly but: number }
  | { readonly kind: 'expire'; readonly now: number }
  | { readonly kind: 'renew' }
  | { readonly kind: 'restart' };

const append = (rows: number, size: number, now: number): Step => ({
  kind: 'append',
  rows,
  bytes: size,
  now,
});

/**
 * A day of an outbox: first rows, a flood beyond its bound, what is stored, what is too old, a new
 * stream, a restart.
 */
export const DAY: readonly Step[] = [
  ...[append(1, 200, 0), append(3, 300, 0), { kind: 'delivered', but: 1 } as const],
  ...[append(8, 900, 100), append(16, 700, 100), append(4, 200, 100)],
  ...[{ kind: 'delivered', but: 6 } as const, append(2, 3000, 200), { kind: 'restart' } as const],
  ...[append(1, 100, 300), append(2, 100, 900), { kind: 'expire', now: 1250 } as const],
  ...[append(5, 2500, 1300), { kind: 'renew' } as const, append(1, 100, 1300)],
  ...[{ kind: 'restart' } as const, append(2, 400, 1400), { kind: 'delivered', but: 0 } as const],
  append(1, 100, 1400),
];

/** Rows so large that the log is emptied into the file, and begun anew, several times. */
export const FLOOD: readonly Step[] = Array.from({ length: 14 }, (_one, i): readonly Step[] => [
  append(6, 9000, i),
  { kind: 'delivered', but: 5 },
]).flat();

/** As much as shows each way of writing. */
export const BRIEF: readonly Step[] = [
  ...[append(1, 200, 0), append(3, 300, 0), { kind: 'delivered', but: 1 } as const],
  ...[{ kind: 'restart' } as const, append(2, 100, 0)],
];

/** After a start. */
export const RECOVERY: readonly Step[] = [append(1, 100, 0), { kind: 'delivered', but: 1 }];
