import type { ControlPlaneEvent } from '../events/event-bus.ts';
import type { Labelling } from './label-store.ts';

/** What whoever waits for labels hears: the dashboard, training that begins after so many. */
export function labelChanged({
  event,
  task,
  sha256,
  label,
}: Labelling): Pick<ControlPlaneEvent, 'kind' | 'subject' | 'data'> {
  return {
    kind: 'label.changed',
    subject: { task, sha256 },
    data: { by: event.by, said: event.kind, label },
  };
}
