import type {
  ConfigurationVersion,
  ConfigurationView,
  DeviceConfiguration,
} from '../../../../src/resources/configuration.ts';
import { api, ask } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { findVersion } from '../configuration/find-version.ts';

/** What a device has so far, as it was seen when somebody began to draw. */
export interface HeldConfiguration {
  /** Null: its own agent.yaml alone. */
  readonly version: ConfigurationVersion | null;
  readonly etag: string | null;
  /** Whether there is one of the device's name. */
  readonly named: boolean;
}

/** @throws Problem */
export async function readHeld(device: string): Promise<HeldConfiguration> {
  const [{ body, etag }, { configurations }] = await Promise.all([
    ask<DeviceConfiguration>('GET', path`/api/devices/${device}/configuration`),
    api.get<{ configurations: readonly ConfigurationView[] }>('/api/configurations'),
  ]);
  const assigned = body.assigned?.version ?? null;
  const version = assigned === null ? null : await findVersion(configurations, assigned);
  if (assigned !== null && version === null) {
    throw new Error(`Expected to find configuration ${assigned}, which holds. Reload the page.`);
  }
  const named = configurations.some(({ configuration }) => configuration === device);
  return { version, etag, named };
}

/**
 * Another version of the configuration that has the device's own name, and that for this device alone.
 * @throws Problem also where somebody gave the device another meanwhile: then nothing has changed on it
 */
export async function saveLook(
  device: string,
  camera: string,
  settings: Readonly<Record<string, unknown>>,
  { etag, named }: HeldConfiguration,
): Promise<void> {
  const change = { settings, note: `What ${camera} looks at` };
  const { version } = named
    ? await api.post<ConfigurationVersion>(path`/api/configurations/${device}/versions`, change)
    : (
        await api.post<ConfigurationView>('/api/configurations', {
          configuration: device,
          ...change,
        })
      ).newest;
  await api.put(path`/api/devices/${device}/configuration`, { version }, { ifMatch: etag });
}
