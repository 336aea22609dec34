import type { DetectionFilters } from '../../resources/detection.ts';

/**
 * What is there once for each occurrence. As the index of occurrences has it, so that it is used.
 */
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

/** The same for those that an index has, said so that none is chosen for them. */
const WITHOUT_INDEX: Partial<typeof CONDITIONS> = {
  device: '+d.device_id = (SELECT id FROM devices WHERE device = ?)',
  label: "d.label || '' = ?",
  stream: '+d.stream_id IN (SELECT id FROM streams WHERE stream = ?)',
  from: '+d.captured_at >= ?',
  to: '+d.captured_at < ?',
};

export interface DetectionConditions {
  readonly conditions: readonly string[];
  readonly parameters: readonly (string | number)[];
}

/**
 * Conditions on `detections d`, and their parameters in the same order.
 * @param by those that rows may be found by; each row that they give is looked at for the others
 */
export function conditionsOf(
  filters: DetectionFilters,
  by: DetectionFilters = filters,
): DetectionConditions {
  const { type, ...others } = filters;
  const once = type === 'occurrence';
  const asked: DetectionFilters = once ? others : filters;
  const given = (Object.keys(CONDITIONS) as (keyof DetectionFilters)[]).flatMap((name) => {
    const value = asked[name];
    const lookedAt = by[name] === undefined ? WITHOUT_INDEX[name] : undefined;
    return value === undefined ? [] : [{ name, value, condition: lookedAt ?? CONDITIONS[name] }];
  });
  return {
    conditions: [...(once ? [OCCURRENCES] : []), ...given.map(({ condition }) => condition)],
    parameters: given.map(({ name, value }) =>
      name === 'from' || name === 'to' ? Date.parse(String(value)) : value,
    ),
  };
}
