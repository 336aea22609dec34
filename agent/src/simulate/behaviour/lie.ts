import type { Health, Sha256 } from '@edgeloop/protocol';
import type { Effects } from './effects.ts';

/**
 * What a device that lies makes of its health. `model`: all that its models did, the one that it
 * began with did. `counters`: more scores than inferences, all of them certain, and fewer frames
 * captured than classified.
 */
export function lie(health: Health, lies: Effects['lies'], begunWith: Sha256): Health {
  if (lies === 'model') return { ...health, models: underOneName(health.models, begunWith) };
  if (lies === 'counters') {
    return { ...health, models: mapValues(health.models, exaggerate), cameras: impossible(health) };
  }
  return health;
}

type ModelHealth = Health['models'][string];

function underOneName(models: Health['models'], name: Sha256): Health['models'] {
  const [first, ...others] = Object.values(models);
  return first ? { [name]: others.reduce(sum, first) } : {};
}

function sum(a: ModelHealth, b: ModelHealth): ModelHealth {
  const labels = [...new Set([...Object.keys(a.scores), ...Object.keys(b.scores)])];
  const counts = sumCounts(a.inferenceMillis.counts, b.inferenceMillis.counts);
  return {
    inferenceMillis: { counts, sum: a.inferenceMillis.sum + b.inferenceMillis.sum },
    scores: Object.fromEntries(
      labels.map((label) => [label, sumCounts(a.scores[label] ?? [], b.scores[label] ?? [])]),
    ),
    processRestarts: a.processRestarts + b.processRestarts,
  };
}

const sumCounts = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));

function exaggerate(model: ModelHealth): ModelHealth {
  const certain = (counts: readonly number[]): number[] =>
    counts.map((_, i) => (i === counts.length - 1 ? 1e6 : 0));
  return { ...model, scores: mapValues(model.scores, certain) };
}

function impossible({ cameras }: Health): Health['cameras'] {
  return mapValues(cameras, (camera) => ({ ...camera, captured: 0 }));
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
