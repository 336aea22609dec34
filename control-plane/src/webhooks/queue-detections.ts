import { detectionEvent } from '../events/detection-event.ts';
import { matchesEvent } from '../events/match-event.ts';
import type { DetectionPage, StoredDetection } from '../resources/detection.ts';
import type { Store } from '../store/store.ts';
import type { DeliveryQueue, QueuedEvent } from './delivery-queue.ts';
import type { FedWebhook } from './fed-webhook.ts';

interface Parts {
  readonly store: Pick<Store, 'read'>;
  readonly queue: DeliveryQueue;
}

const PAGE = 500;
/**
 * So many detections that a webhook does not ask for are passed by before that is written down: a
 * restart reads no more again.
 */
const PASSED_UNWRITTEN = 500;

/**
 * Puts the detections that were stored since into the queues of those that want them. The store is
 * read once for all that stand at the same place, and what a filter leaves out is passed by for
 * good: the cost follows what is new, not what was. One whose queue fails stays where it is, and
 * holds up no other.
 * @throws what failed first, when all others are through
 */
export async function queueDetections(
  { store, queue }: Parts,
  webhooks: Iterable<FedWebhook>,
): Promise<void> {
  let failure: { readonly error: unknown } | null = null;
  let behind = [...webhooks].filter(({ detectionCursor }) => detectionCursor !== null);
  for (;;) {
    const cursor = behind[0]?.detectionCursor;
    if (!cursor) break;
    const page = await store.read('listDetections', { order: 'stored', cursor, limit: PAGE });
    const together = behind.filter(({ detectionCursor }) => detectionCursor === cursor);
    const others = behind.filter(({ detectionCursor }) => detectionCursor !== cursor);
    const through: FedWebhook[] = [];
    for (const webhook of together) {
      try {
        await take(queue, webhook, page, cursor);
        through.push(webhook);
      } catch (error) {
        failure ??= { error };
      }
    }
    // Those that are far behind take turns with the others.
    behind = page.detections.length < PAGE ? others : [...others, ...through];
  }
  if (failure) throw failure.error;
}

async function take(
  queue: DeliveryQueue,
  webhook: FedWebhook,
  { detections, next }: DetectionPage,
  cursor: string,
): Promise<void> {
  const { target, sender } = webhook;
  const wanted = detections.filter((it) => matchesEvent(target.filter, detectionEvent(it)));
  const passed = webhook.passed + detections.length - wanted.length;
  const after = next ?? cursor;
  if (wanted.length > 0 || passed >= PASSED_UNWRITTEN) {
    await queue.add(target.id, wanted.map(queued), after);
    webhook.passed = 0;
  } else webhook.passed = passed;
  webhook.detectionCursor = after;
  if (wanted.length > 0) sender.wake();
}

function queued(detection: StoredDetection): QueuedEvent {
  const eventId = `detection-${detection.id}`;
  const event = detectionEvent(detection);
  const body = JSON.stringify({ id: eventId, at: detection.receivedAt, ...event });
  return { eventId, kind: event.kind, body };
}
