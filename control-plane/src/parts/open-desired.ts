import type { DeviceId } from '@edgeloop/protocol';
import { seconds } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { DesiredDesk } from '../desired/desired-desk.ts';
import type { DesiredSource } from '../desired/desired-source.ts';
import { DesiredStore } from '../desired/desired-store.ts';
import { ForgottenWatch } from '../desired/forgotten-watch.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Context } from './context.ts';

interface Joined {
  readonly admissions: Pick<Admissions, 'admits'>;
  readonly ingest: () => Pick<Ingest, 'publish' | 'connected'>;
  /** Who says what; each part of `desired` is one's. */
  readonly sources: () => readonly DesiredSource[];
}

const LOOK_EVERY = seconds(10);

/** The one place that says to devices what should run on them. It begins when it is connected. */
export function openDesired(
  { surroundings, database, events, parts }: Context,
  { admissions, ingest, sources }: Joined,
) {
  const { now, log, checkpoint } = surroundings;
  const watch = new ForgottenWatch({
    now,
    tell: (devices) => desk.tell(devices),
    tellAgain: (device) => desk.tellAgain(device),
  });
  const desk = new DesiredDesk({
    ...{ store: new DesiredStore({ database, now }), sources, now, log },
    ...(checkpoint && { checkpoint }),
    admits: (address) => admissions.admits(address),
    async publish(address, desired) {
      await ingest().publish('desired', address, desired);
      watch.told(address.device, address.site, desired.version);
    },
  });
  const unsubscribe = events.subscribe(({ kind, subject: { device } }) => {
    if (kind === 'device.enrolled' && device) desk.tellAgain(device as DeviceId);
  });
  const timer = setInterval(() => watch.look(), LOOK_EVERY).unref();
  parts.add(() => {
    unsubscribe();
    clearInterval(timer);
    return desk.close();
  });
  return { desk, watch };
}
