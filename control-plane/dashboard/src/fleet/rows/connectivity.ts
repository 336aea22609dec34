import type { FleetRow } from './fleet-row.ts';

/** The time of the control plane, and how long it waits for a word. */
export interface Clock {
  readonly now: number;
  readonly silentAfterMillis: number;
}

/**
 * What was told is judged by for so long, in ms: beyond that it may be the page that hears nothing,
 * and no device is to blame.
 */
const HOLDS = 10_000;

/**
 * The time that devices are judged by, in ms.
 * @param now of the control plane, as far as this machine knows
 * @param toldAt when the control plane told of them last, by its own clock
 */
export const judgedAt = (now: number, toldAt: number): number => Math.min(now, toldAt + HOLDS);

/**
 * The connectivity of a device: what it last said itself, but for `silent`, which takes the place
 * of that.
 */
export type Connectivity = 'online' | 'offline' | 'silent' | 'unknown' | 'new' | 'revoked';

/** What each means, and the shape that stands for it. */
export const CONNECTIVITIES: Readonly<
  Record<
    Connectivity,
    { readonly kind: 'good' | 'warn' | 'bad' | 'idle' | 'active'; readonly means: string }
  >
> = {
  online: { kind: 'good', means: 'It is connected, and reports.' },
  offline: { kind: 'warn', means: 'It ended its connection, or lost it, a moment ago.' },
  silent: { kind: 'bad', means: 'Nothing was heard of it for too long.' },
  unknown: { kind: 'idle', means: 'The broker has not said whether it is connected.' },
  new: { kind: 'active', means: 'It has enrolled, and never said a word.' },
  revoked: { kind: 'idle', means: 'Its credential is worth nothing; what it says is ignored.' },
};

export function connectivityOf(
  { state, lastSeenAt }: Pick<FleetRow, 'state' | 'lastSeenAt'>,
  { now, silentAfterMillis }: Clock,
): Connectivity {
  if (state === 'revoked') return 'revoked';
  if (lastSeenAt === null) return state === 'unknown' ? 'new' : (state as Connectivity);
  if (now - lastSeenAt >= silentAfterMillis) return 'silent';
  return state as Connectivity;
}
