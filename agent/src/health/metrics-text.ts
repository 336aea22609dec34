import type { Registry } from 'prom-client';
import type { MetricsOf } from './metrics.ts';

/**
 * The metrics in Prometheus' text format, read anew at each call. What writes them is loaded by the
 * first: a device that nobody scrapes does without its memory.
 */
export function metricsText(of: MetricsOf): () => Promise<string> {
  let loaded: Promise<Registry> | null = null;
  return async () => {
    loaded ??= import('./metrics.ts').then(({ createMetrics }) => createMetrics(of));
    return (await loaded).metrics();
  };
}
