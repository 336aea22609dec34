import { useEffect, useState } from 'preact/hooks';
import type {
  ConfigurationVersion,
  ConfigurationView,
} from '../../../../src/resources/configuration.ts';
import { findVersion } from './find-version.ts';

/** A version with its settings, once it is found. */
export function useVersion(
  configurations: readonly ConfigurationView[] | undefined,
  version: number | null,
): ConfigurationVersion | null {
  const [found, setFound] = useState<ConfigurationVersion | null>(null);
  useEffect(() => {
    let left = false;
    if (configurations && version !== null && found?.version !== version) {
      findVersion(configurations, version).then(
        (next) => !left && setFound(next),
        // What it sets is not shown then; that it holds stands there.
        () => {},
      );
    }
    return () => {
      left = true;
    };
  }, [configurations, version]);
  return found?.version === version ? found : null;
}
