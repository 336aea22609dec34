import type { HealthHistory } from '../../../src/resources/health-history.ts';
import type { DeviceRun, RunPage } from '../../../src/resources/run.ts';
import type { Timeline } from '../../../src/resources/timeline.ts';
import { path, withQuery } from '../api/path.ts';
import { type Resource, useResource } from '../api/use-resource.ts';
import { SPANS } from './span/span.ts';
import { type SpanAddress, useSpan } from './span/use-span.ts';
import { useSteady } from './steady.ts';

/** All that is drawn over time; what is asked for now, and what was known until it is here. */
export interface DeviceHistory {
  readonly address: SpanAddress;
  readonly seen: Resource<Timeline>;
  readonly timeline: Timeline | undefined;
  readonly health: Resource<HealthHistory>;
  readonly history: HealthHistory | undefined;
  /** Newest first. */
  readonly runs: readonly DeviceRun[];
}

const MOST_RUNS = 200;

/**
 * What was seen, how the device did, what ran, over the span that the address names.
 * @param frames whether each frame is a result (decide.mode: frame): several a second are not read
 * again for each
 */
export function useHistory(device: string, camera: string, frames: boolean): DeviceHistory {
  const address = useSpan();
  const { span } = address;
  const times = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
  const of = `${device} ${span.name} ${span.live || span.to}`;
  const seen = useResource<Timeline>(
    withQuery(path`/api/devices/${device}/timeline`, { camera, ...times }),
    // Of a day one more is not seen.
    span.live && span.name === 'hour' && !frames ? { on: ['detection.stored'], device } : {},
  );
  const health = useResource<HealthHistory>(withQuery(path`/api/devices/${device}/health`, times));
  const ran = useResource<RunPage>(
    withQuery(path`/api/devices/${device}/runs`, { limit: MOST_RUNS }),
    { every: SPANS.hour.every },
  );
  return {
    address,
    seen,
    timeline: useSteady(seen, `${of} ${camera}`),
    health,
    history: useSteady(health, of),
    runs: ran.value?.runs ?? [],
  };
}
