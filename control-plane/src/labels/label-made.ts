import { timestamp } from '@edgeloop/protocol';
import type { ControlPlaneEvent } from '../events/event-bus.ts';
import type { Labelling } from './label-store.ts';

/** What whoever waits for labels hears: the dashboard, training that begins after so many, webhooks. */
export function labelMade({ event, task, sha256, label }: Labelling): ControlPlaneEvent {
  return {
    kind: 'label.made',
    at: timestamp(event.at),
    subject: { task, sha256 },
    data: { by: event.by, said: event.kind, label },
  };
}
