import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  ConfigurationVersion,
  ConfigurationView,
} from '../../../../src/resources/configuration.ts';
import { findVersion } from './find-version.ts';

/**
 * A version with its settings, once it is found.
 * @param reload reads the configurations again: it may have been made since
 */
export function useVersion(
  configurations: readonly ConfigurationView[] | undefined,
  version: number | null,
  reload: () => void,
): ConfigurationVersion | null {
  const [found, setFound] = useState<ConfigurationVersion | null>(null);
  const missed = useRef<number | null>(null);
  useEffect(() => {
    let left = false;
    if (configurations && version !== null && found?.version !== version) {
      findVersion(configurations, version).then(
        (next) => {
          if (left) return;
          setFound(next);
          // Once: what is not found then is nowhere.
          if (next !== null || missed.current === version) return;
          missed.current = version;
          reload();
        },
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
