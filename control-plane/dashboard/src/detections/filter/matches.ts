import type { StoredDetection } from '../../../../src/resources/detection.ts';
import { type DetectionFilter, timesOf } from './detection-filter.ts';

/** Whether a detection is one of those that the API would list. @param now ms */
export function matches(filter: DetectionFilter, detection: StoredDetection, now: number): boolean {
  const { site, device, camera, label, model, score, type, capturedAt } = detection;
  const is = (wanted: string, value: string) => wanted === '' || wanted === value;
  const { from, to } = timesOf(filter, now);
  const at = Date.parse(capturedAt);
  return (
    is(filter.site, site) &&
    is(filter.device, device) &&
    is(filter.camera, camera) &&
    is(filter.label, label) &&
    is(filter.model, model) &&
    (filter.minScore === '' || score >= Number(filter.minScore)) &&
    SHOWS[filter.show].includes(type) &&
    at >= from &&
    // A device's clock may be a little ahead.
    (filter.to === '' || at < to)
  );
}

const SHOWS: Readonly<Record<DetectionFilter['show'], readonly StoredDetection['type'][]>> = {
  occurrence: ['new', 'frame'],
  end: ['end'],
  all: ['new', 'update', 'end', 'frame'],
};
