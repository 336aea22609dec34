import type { Config } from '../config/config.ts';
import { readYaml } from '../config/read-yaml.ts';
import type { Chosen } from '../configuration/configuration-state.ts';
import { type ConfigSource, effectiveConfig } from '../configuration/effective-config.ts';
import { salvage } from './salvage.ts';

/**
 * The configurations by which a device with a wrong agent.yaml may be reached, the best first: what
 * the file itself still says, then the file with which it ran last, with the settings that it had.
 * Of a file that ends in the middle of a word nothing is believed before that.
 * @param text null: it can not be read
 * @param good null: it never ran
 */
export function recoveryConfigs(
  { text, path }: { readonly text: string | null; readonly path: string },
  good: ConfigSource | null,
  kept: Chosen | null,
): readonly Config[] {
  const salvaged = text === null ? null : salvage(text, path);
  const before = good && asItRan(good, kept);
  const both = text !== null && isYaml(text) ? [salvaged, before] : [before, salvaged];
  const found = both.filter((config) => config !== null);
  // Without the server the broker can still be reached.
  return found.flatMap((config) =>
    config.server ? [config, { ...config, server: null }] : [config],
  );
}

function isYaml(text: string): boolean {
  try {
    readYaml(text, '');
    return true;
  } catch {
    return false;
  }
}

function asItRan(good: ConfigSource, kept: Chosen | null): Config | null {
  for (const chosen of kept ? [kept, null] : [null]) {
    try {
      return effectiveConfig(good, chosen);
    } catch {
      // An agent that is newer may know better what is wrong.
    }
  }
  return null;
}
