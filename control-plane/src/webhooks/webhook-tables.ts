import type { Generated } from 'kysely';

export interface WebhookTables {
  webhooks: {
    id: string;
    url: string;
    /** JSON. */
    kinds: string;
    /** JSON. */
    subject: string;
    /** As it is: what is sent is signed with it. */
    secret: string;
    created_at: number;
    /** Detections up to here were put into the queue; null: it wants none. */
    detection_cursor: string | null;
  };
  webhook_deliveries: {
    id: Generated<number>;
    webhook_id: string;
    event_id: string;
    kind: string;
    body: string;
    state: Generated<'waiting' | 'delivered' | 'given-up'>;
    attempts: Generated<number>;
    next_at: number;
    created_at: number;
    ended_at: number | null;
    /** What the receiver said last, or why it could not be reached. */
    answer: string | null;
  };
}
