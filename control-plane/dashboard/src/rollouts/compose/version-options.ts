import type { ConfigurationVersion } from '../../../../src/resources/configuration.ts';
import { dateTime } from '../../ui/format.ts';

interface VersionOption {
  readonly value: string;
  readonly label: string;
}

/**
 * Of a configuration, with the version that is planned also where its list does not have it: what
 * is planned is what is seen.
 */
export function versionOptions(
  versions: readonly Pick<ConfigurationVersion, 'version' | 'note' | 'createdAt'>[],
  planned: string,
): readonly VersionOption[] {
  const options = versions.map(({ version, note, createdAt }) => ({
    value: String(version),
    label: [version, note || dateTime(createdAt)].join(', '),
  }));
  if (planned === '' || options.some(({ value }) => value === planned)) return options;
  return [{ value: planned, label: planned }, ...options];
}
