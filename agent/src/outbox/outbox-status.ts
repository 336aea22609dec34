import { millis } from '@edgeloop/protocol';
import type { OutboxBounds } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import type { OutboxStatus } from './entry.ts';
import { Outbox } from './outbox.ts';

/** How the outbox in the folder stands, also while its agent runs. @throws AgentError `STATE_UNUSABLE`, `OUTBOX_FAILED` */
export async function outboxStatus(folder: string, bounds: OutboxBounds): Promise<OutboxStatus> {
  const outbox = new Outbox({
    ...{ folder, bounds, monotonic: () => millis(performance.now()) },
    ...{ onChange: () => {}, onDamage: () => {}, onRejected: () => {} },
  });
  await outbox.start();
  const { status } = outbox;
  await outbox.close();
  if (status) return status;
  throw new AgentError('OUTBOX_FAILED', `Expected an outbox that can be read in ${folder}.`);
}
