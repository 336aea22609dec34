import type { ControlPlaneEvent } from './event-bus.ts';
import { isOneOfMany } from './event-kinds.ts';

export interface EventFilter {
  /**
   * `job.changed`, or `job.*`; empty: every kind but those of which there are many: detections,
   * pictures.
   */
  readonly kinds: readonly string[];
  /** Each must be the event's. */
  readonly subject: Readonly<Record<string, string | undefined>>;
}

/** Whether somebody who asked for these wants to hear of it. */
export function matchesEvent(
  { kinds, subject }: EventFilter,
  event: Pick<ControlPlaneEvent, 'kind'> & {
    readonly subject: Readonly<Record<string, string | undefined>>;
  },
): boolean {
  const [noun] = event.kind.split('.');
  const wanted =
    kinds.length === 0
      ? !isOneOfMany(event.kind)
      : kinds.includes(event.kind) || kinds.includes(`${noun}.*`);
  return (
    wanted &&
    Object.entries(subject).every(
      ([key, value]) => value === undefined || event.subject[key] === value,
    )
  );
}
