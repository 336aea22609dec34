import type {
  ConfigurationVersion,
  ConfigurationVersionPage,
  ConfigurationView,
} from '../../../../src/resources/configuration.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';

/** Of each configuration so many versions are looked through. */
const MOST = 1000;

/**
 * A version by its number, which is its own over all configurations; null: there is none.
 * @throws Problem
 */
export async function findVersion(
  configurations: readonly ConfigurationView[],
  version: number,
): Promise<ConfigurationVersion | null> {
  const newest = configurations.find((each) => each.newest.version === version);
  if (newest) return newest.newest;
  // Nearly always it is one of the last of few.
  const later = configurations.filter((each) => each.newest.version > version);
  for (const { configuration } of later) {
    const { versions } = await api.get<ConfigurationVersionPage>(
      `${path`/api/configurations/${configuration}/versions`}?limit=${MOST}`,
    );
    const found = versions.find((each) => each.version === version);
    if (found) return found;
  }
  return null;
}
