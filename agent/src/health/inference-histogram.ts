import { type Health, INFERENCE_BUCKETS_MS } from '@edgeloop/protocol';
import type { Metric, Registry } from 'prom-client';

const NAME = 'edgeloop_agent_inference_seconds';

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The histogram of the health message as Prometheus': prom-client's own can't take over counts that
 * were made elsewhere.
 */
export function addInferenceHistogram(registry: Registry, health: () => Health): void {
  const metric = {
    name: NAME,
    get: async () => ({
      name: NAME,
      help: 'Time of one inference within the runtime',
      type: 'histogram',
      values: Object.entries(health().models).flatMap(([model, { inferenceMillis }]) =>
        valuesOf(model, inferenceMillis),
      ),
    }),
  };
  registry.registerMetric(metric as unknown as Metric);
}

function valuesOf(
  model: string,
  { counts, sum }: Health['models'][string]['inferenceMillis'],
): readonly Value[] {
  let all = 0;
  const buckets = counts.map((count, i) => {
    all += count;
    const bound = INFERENCE_BUCKETS_MS[i];
    const le = bound === undefined ? '+Inf' : String(bound / 1000);
    return { metricName: `${NAME}_bucket`, labels: { le, model }, value: all };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels: { model }, value: sum / 1000 },
    { metricName: `${NAME}_count`, labels: { model }, value: all },
  ];
}
