import type { ModelDetails } from '../../../../src/resources/model.ts';
import type { ModelComparison } from '../../../../src/resources/prediction.ts';
import { path, withQuery } from '../../api/path.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';

/** What of a model decides whether it can be compared. */
type Compared = Pick<ModelDetails, 'digest' | 'manifest'>;

interface Comparison extends Resource<ModelComparison> {
  /** One of the packages has no test samples: there is nothing to ask. */
  readonly untested: boolean;
}

/**
 * Two models on the samples that both were tested on. What would be refused is not asked.
 * @param own undefined: not read yet, or nothing to compare; so with `other`
 */
export function useComparison(own: Compared | undefined, other: Compared | undefined): Comparison {
  const resource = useResource<ModelComparison>(comparisonOf(own, other));
  const untested = [own, other].some((model) => model !== undefined && !isTested(model));
  return { ...resource, untested };
}

/** Where it is read; null: there is none to read. */
export function comparisonOf(
  own: Compared | undefined,
  other: Compared | undefined,
): string | null {
  if (!own || !other || !isTested(own) || !isTested(other)) return null;
  return withQuery(path`/api/models/${own.digest}/comparison`, { with: other.digest });
}

const isTested = ({ manifest }: Compared): boolean => manifest.metrics !== undefined;
