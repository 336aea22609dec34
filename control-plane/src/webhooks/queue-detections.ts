import type { DetectionQuery } from '../resources/detection.ts';
import type { Store } from '../store/store.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { Target } from './webhook-store.ts';

const PAGE = 500;

/**
 * Puts the detections that were stored since the cursor into a webhook's queue, each page and its cursor in one
 * transaction.
 * @returns the cursor of what will be stored later
 */
export async function queueDetections(
  { store, queue, target }: { store: Pick<Store, 'read'>; queue: DeliveryQueue; target: Target },
  cursor: string,
): Promise<string> {
  const { site, device, label } = target.filter.subject;
  const filters = { ...(site && { site }), ...(device && { device }), ...(label && { label }) };
  for (let at = cursor; ; ) {
    const page = await store.read('listDetections', {
      ...(filters as Partial<DetectionQuery>),
      ...{ order: 'stored', cursor: at, limit: PAGE },
    });
    const events = page.detections.map((detection) => ({
      eventId: `detection-${detection.id}`,
      kind: 'detection.stored',
      body: JSON.stringify({
        ...{ id: `detection-${detection.id}`, kind: 'detection.stored', at: detection.receivedAt },
        subject: { site: detection.site, device: detection.device, label: detection.label },
        data: detection,
      }),
    }));
    const next = page.next ?? at;
    if (events.length > 0) await queue.add(target.id, events, next);
    at = next;
    if (page.detections.length < PAGE) return at;
  }
}
