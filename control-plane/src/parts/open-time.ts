import { seconds } from '@edgeloop/protocol';
import type { RetentionStore } from '../retention/retention-store.ts';
import { beliefLimit } from '../trusted-time/belief-limit.ts';
import { machineClock } from '../trusted-time/machine-clock.ts';
import { TrustedTime } from '../trusted-time/trusted-time.ts';
import { TrustedTimeStore } from '../trusted-time/trusted-time-store.ts';
import type { Context } from './context.ts';

const NOTE_EVERY = seconds(60);

/** The time by which what is kept grows old. */
export async function openTime(
  {
    surroundings,
    lifecycle,
    database,
    events,
  }: Pick<Context, 'surroundings' | 'lifecycle' | 'database' | 'events'>,
  retention: RetentionStore,
): Promise<TrustedTime> {
  const { log, now } = surroundings;
  const time = new TrustedTime({
    store: new TrustedTimeStore(database),
    now,
    log,
    every: NOTE_EVERY,
    machine: machineClock(),
    limit: () => beliefLimit(retention.bounds),
    onChange: (data) => events.publish({ kind: 'clock.changed', subject: {}, data }),
  });
  await time.start();
  lifecycle.add(() => time.close());
  return time;
}
