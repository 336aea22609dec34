import type { StoredDetection } from '../resources/detection.ts';
import type { ControlPlaneEvent } from './event-bus.ts';

/** A detection as an event: the same to who listens and to webhooks. */
export function detectionEvent(
  detection: StoredDetection,
): Pick<ControlPlaneEvent, 'kind' | 'subject' | 'data'> {
  const { site, device, camera, label } = detection;
  return { kind: 'detection.stored', subject: { site, device, camera, label }, data: detection };
}
