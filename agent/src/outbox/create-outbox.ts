import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { OutboxStatus } from './entry.ts';
import { Outbox } from './outbox.ts';

/** The outbox of the configuration, which says in the log what becomes of it. */
export function createOutbox(
  { state: folder, outbox: bounds }: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  onChange: (status: OutboxStatus) => void,
): Outbox {
  let rejecting = false;
  return new Outbox({
    folder,
    bounds,
    monotonic: clock.monotonic,
    onChange: (status) => {
      rejecting = false;
      onChange(status);
    },
    onDamage: (movedTo) =>
      log.error({ movedTo }, 'the outbox was damaged: moved aside, a new stream begins'),
    onRejected: (rows, error) => {
      // Once, not for each frame: the disk is full enough.
      if (!rejecting) log.error({ rows, error: error.message }, 'results not committed');
      rejecting = true;
    },
  });
}
