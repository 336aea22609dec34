import type { QueuedEvent } from './delivery-queue.ts';
import type { WebhookSender } from './webhook-sender.ts';
import type { Target } from './webhook-store.ts';

/** A webhook while this process tells it. */
export interface FedWebhook {
  readonly target: Target;
  readonly sender: WebhookSender;
  /** Events that are not in its queue on disk yet, in their order. */
  readonly waiting: QueuedEvent[];
  /** Events that waited too long for the store to take them. */
  lost: number;
  /** Detections up to here were put into the queue, or passed by; null: it wants none. */
  detectionCursor: string | null;
  /** Detections that were passed by since the cursor was written down. */
  passed: number;
}
