import type { Registry } from 'prom-client';
import type { MetricsOf } from './metrics.ts';

/**
 * The metrics in Prometheus' text format, read anew at each call. What writes them is loaded by the
 * first: a device that nobody scrapes does without its memory. Where that fails, the next call tries
 * again.
 */
export function metricsText(
  of: MetricsOf,
  load: () => Promise<typeof import('./metrics.ts')> = () => import('./metrics.ts'),
): () => Promise<string> {
  let registry: Registry | null = null;
  return async () => {
    registry ??= (await load()).createMetrics(of);
    return registry.metrics();
  };
}
