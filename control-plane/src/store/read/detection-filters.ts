import type { DetectionFilters } from '../../resources/detection.ts';

/** What is there once for each occurrence. As the index of occurrences has it, so that it is used. */
export const OCCURRENCES = "d.type IN ('new', 'frame')";

/** One condition for each filter, the parameter as the query has it. */
const CONDITIONS: Readonly<Record<keyof DetectionFilters, string>> = {
  site: 'd.site = ?',
  device: 'd.device_id = (SELECT id FROM devices WHERE device = ?)',
  camera: 'd.camera = ?',
  label: 'd.label = ?',
  type: 'd.type = ?',
  model: 'd.model_id = (SELECT id FROM models WHERE digest = ?)',
  stream: 'd.stream_id IN (SELECT id FROM streams WHERE stream = ?)',
  minScore: 'd.score >= ?',
  from: 'd.captured_at >= ?',
  to: 'd.captured_at < ?',
};

export interface DetectionConditions {
  readonly conditions: readonly string[];
  readonly parameters: readonly (string | number)[];
}

/** Conditions on `detections d`, and their parameters in the same order. */
export function conditionsOf(filters: DetectionFilters): DetectionConditions {
  const { type, ...others } = filters;
  const once = type === 'occurrence';
  const asked: DetectionFilters = once ? others : filters;
  const given = (Object.keys(CONDITIONS) as (keyof DetectionFilters)[]).flatMap((name) => {
    const value = asked[name];
    return value === undefined ? [] : [{ name, value }];
  });
  return {
    conditions: [...(once ? [OCCURRENCES] : []), ...given.map(({ name }) => CONDITIONS[name])],
    parameters: given.map(({ name, value }) =>
      name === 'from' || name === 'to' ? Date.parse(String(value)) : value,
    ),
  };
}
