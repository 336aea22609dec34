import { type DeviceAddress, type DeviceId, seconds } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { DesiredPublisher } from '../desired/desired-publisher.ts';
import type { DesiredSource } from '../desired/desired-source.ts';
import { DesiredStore } from '../desired/desired-store.ts';
import { ForgottenWatch } from '../desired/forgotten-watch.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import type { Context } from './context.ts';

const LOOK_EVERY = seconds(10);

/** The one place that says to devices what should run on them. */
export function openDesired(
  { surroundings, database, events, lifecycle }: Context,
  admissions: Pick<Admissions, 'admits'>,
) {
  const { now, log, checkpoint = () => {} } = surroundings;
  const publisher = new DesiredPublisher({
    store: new DesiredStore({ database, now }),
    now,
    log,
    checkpoint,
    admits: (address) => admissions.admits(address),
  });
  const watch = new ForgottenWatch({
    now,
    tell: (devices) => publisher.tell(devices),
    tellAgain: (device) => publisher.tellAgain(device),
  });
  const unsubscribe = events.subscribe(({ kind, subject: { device } }) => {
    if (kind === 'device.enrolled' && device) publisher.tellAgain(device as DeviceId);
  });
  const timer = setInterval(() => watch.look(), LOOK_EVERY).unref();
  return {
    publisher,
    watch,
    /** Once all is there that it says, and whom it says it by. */
    start(
      sources: readonly DesiredSource[],
      ingest: Pick<DeviceLine, 'publish' | 'connected'>,
    ): void {
      const publish = async (...[address, desired]: Parameters<Publish>) => {
        await ingest.publish('desired', address, desired);
        watch.told(address.device, address.site, desired.version);
      };
      const onUnchanged = ({ device, site }: DeviceAddress, version: number) =>
        watch.knew(device, site, version);
      void ingest.connected.then(() => publisher.start({ sources, publish, onUnchanged }));
      lifecycle.add(() => {
        unsubscribe();
        clearInterval(timer);
        return publisher.close();
      });
    },
  };
}

type Publish = Parameters<DesiredPublisher['start']>[0]['publish'];
