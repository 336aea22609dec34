import { type Finding, ok, warning } from '@edgeloop/findings';
import type { DevicePage, DeviceSummary } from '../../../resources/device.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { collectPages } from '../../client/collect-pages.ts';

/** So many are named. */
const NAMED = 5;
/** As the control plane's own `--silent-after`. */
const SILENT = 5 * 60_000;

/** Devices that are offline, or say nothing. */
export async function checkFleet(api: ApiClient, now: number): Promise<readonly Finding[]> {
  const { devices } = await collectPages<DevicePage>(api, 'GET /api/devices', 'devices', {
    limit: Number.POSITIVE_INFINITY,
  });
  const used = devices.filter(({ revokedAt }) => revokedAt === null);
  const silent = used.filter(
    ({ state, lastSeenAt }) =>
      state !== 'online' || lastSeenAt === null || now - Date.parse(lastSeenAt) > SILENT,
  );
  if (used.length === 0) {
    const mend = 'edgeloop enrolment-tokens create NAME --site SITE';
    return [warning('devices', 'there is none', mend)];
  }
  if (silent.length === 0) {
    const all = used.length === 1 ? 'the one is' : `all ${used.length} are`;
    return [ok('devices', `${all} online and speaking`)];
  }
  const are = silent.length === 1 ? 'is' : 'are';
  const what = `${silent.length} of ${used.length} ${are} offline or silent: ${names(silent)}`;
  const mend = `edgeloop devices show ${silent[0]?.device}; there: edgeloop-agent doctor --config agent.yaml`;
  return [warning('devices', what, mend)];
}

function names(devices: readonly DeviceSummary[]): string {
  const named = devices.slice(0, NAMED).map(({ device }) => device);
  return `${named.join(', ')}${devices.length > NAMED ? ', …' : ''}`;
}
