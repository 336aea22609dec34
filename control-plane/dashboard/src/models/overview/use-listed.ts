import type { ListedModel, ModelPage } from '../../../../src/resources/model.ts';
import { withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';

/**
 * One version as lists have it: of those that were read, else asked for by itself, as one that is
 * older than they are.
 * @param models undefined: not read yet
 */
export function useListed(
  digest: string | null,
  models: readonly ListedModel[] | undefined,
): ListedModel | undefined {
  const find = (all: readonly ListedModel[] = []) => all.find((model) => model.digest === digest);
  const read = find(models);
  const alone = useResource<ModelPage>(
    digest && models && !read ? withQuery('/api/models', { digest }) : null,
    { on: ['alias.changed'] },
  );
  return read ?? find(alone.value?.models);
}
