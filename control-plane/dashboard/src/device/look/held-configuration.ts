import type {
  ConfigurationVersion,
  ConfigurationView,
  DeviceConfiguration,
} from '../../../../src/resources/configuration.ts';
import type { DeviceView } from '../../../../src/resources/device.ts';
import { api, ask } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { findVersion } from '../configuration/find-version.ts';
import type { Look } from './drawing.ts';
import { heldLook } from './held-look.ts';

type Report = NonNullable<DeviceConfiguration['reported']>;

/** What a camera has so far, as it was seen when somebody began to draw. */
export interface HeldConfiguration {
  /** What one begins from; null: its own agent.yaml alone. */
  readonly version: ConfigurationVersion | null;
  /** How the camera looks with that. */
  readonly look: Look;
  /**
   * Why that is not what the device does, or not what was assigned, in a sentence; null: it is
   * both.
   */
  readonly note: string | null;
  /** Which version is assigned. */
  readonly assigned: DeviceConfiguration['assigned'];
  readonly etag: string | null;
  /** Newest version of the configuration that has the device's own name; null: there is no such. */
  readonly newest: number | null;
}

/** @throws Problem; Error where nobody can know what one would draw over */
export async function readHeld(device: string, camera: string): Promise<HeldConfiguration> {
  const [{ body, etag }, { configurations }, { reported }] = await Promise.all([
    ask<DeviceConfiguration>('GET', path`/api/devices/${device}/configuration`),
    api.get<{ configurations: readonly ConfigurationView[] }>('/api/configurations'),
    api.get<DeviceView>(path`/api/devices/${device}`),
  ]);
  const { assigned } = body;
  const now = reported?.cameras[camera]?.look;
  if (!now) {
    throw new Error(`Expected ${device} to say what ${camera} looks at, received nothing of it.`);
  }
  const report = reported.configuration ?? null;
  const { from, does } = beginning(assigned?.version ?? null, report);
  const version = from === null ? null : await findVersion(configurations, from);
  if (from !== null && version === null) {
    throw new Error(`Expected to find configuration ${from}, which holds. Reload the page.`);
  }
  return {
    version,
    assigned,
    etag,
    look: does ? now : heldLook(version?.settings ?? {}, camera, now),
    note: noteOf({ device, version, does, report }),
    newest: configurations.find((each) => each.configuration === device)?.newest.version ?? null,
  };
}

/** Which version one begins from, and whether the device says that it does what that sets. */
export function beginning(
  assigned: number | null,
  report: Report | null,
): { readonly from: number | null; readonly does: boolean } {
  if ((report?.version ?? null) !== assigned) return { from: assigned, does: false };
  const runs = report === null || report.state === 'trying' || report.state === 'applied';
  if (runs) return { from: assigned, does: true };
  // What it did not take would not be taken again with the next version. An agent too old to say
  // what it runs with: nothing that was saved is lost.
  const { kept } = report;
  return kept === undefined ? { from: assigned, does: false } : { from: kept, does: true };
}

interface InitialState {
  readonly device: string;
  readonly version: ConfigurationVersion | null;
  readonly does: boolean;
  readonly report: Report | null;
}

function noteOf({ device, version, does, report }: InitialState): string | null {
  const name = version
    ? `configuration ${version.configuration} ${version.version}`
    : 'its own agent.yaml alone';
  if (!does) {
    return `${device} has not said that it runs with ${name}: what is drawn is what it should do, not what it does.`;
  }
  if (report === null || report.version === version?.version) return null;
  const why = report.reason ? `: ${report.reason.message}` : '.';
  const did = report.state === 'refused' ? 'refused' : 'took back';
  return `${device} ${did} configuration ${report.version}${why} You begin from what it runs with instead, ${name}.`;
}
