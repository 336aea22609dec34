import type { Health } from '@edgeloop/protocol';

/**
 * What is wrong with a device that is connected, and what of it: `camera` and `picture` (`cam0
 * frozen`: nothing good comes from it, or nothing that can be used), `power` (too little voltage),
 * `slowed`, `clock` (not set).
 */
export type Trouble = readonly [
  kind: 'camera' | 'picture' | 'power' | 'slowed' | 'clock',
  about: string | null,
];

/** It may be night, and a picture of another size is classified. */
const DOUBTFUL: ReadonlySet<string> = new Set(['black', 'size']);
/** So long a clock may take until the network has told it the time, in seconds. */
const CLOCK_PATIENCE = 600;

/** By a word on its health. */
export function healthTroubles(health: Health): readonly Trouble[] {
  const { cameras, throttling, throttled, clockSynchronized, uptimeSeconds } = health;
  const found: Trouble[] = [];
  for (const [camera, { fault }] of Object.entries(cameras)) {
    if (!fault) continue;
    found.push([DOUBTFUL.has(fault.kind) ? 'picture' : 'camera', `${camera} ${fault.kind}`]);
  }
  if (throttling?.underVoltage) found.push(['power', null]);
  else if (throttled) found.push(['slowed', null]);
  if (clockSynchronized === false && uptimeSeconds >= CLOCK_PATIENCE) found.push(['clock', null]);
  return found;
}
