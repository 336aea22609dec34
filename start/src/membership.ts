import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import type { ProcessGroup } from './process-group.ts';

/** Where the devices of the demonstration are. */
export const SITE = 'demo';
/** The account that the printed line subscribes with. */
const VIEWER = 'viewer';

export interface Viewer {
  readonly name: string;
  readonly password: string;
}

/** Lets a device in, as `edgeloop-agent enrol` does by hand, unless an earlier start has. */
export async function enrolDevice(
  group: ProcessGroup,
  api: ApiClient,
  { device, config, state }: { device: string; config: string; state: string },
): Promise<void> {
  const known = existsSync(join(state, 'credential.json')) && (await api.isEnrolled(device));
  if (known) return;
  // One that lost its folder, or whose control plane did, comes in again.
  const token = await api.enrolmentToken({
    name: 'npm start',
    site: SITE,
    devices: device,
    replace: true,
  });
  const args = ['enrol', '--server', api.url, '--token', token, '--config', config];
  await group.run(`device ${device}`, 'agent', args, 'pipe');
}

/** A read-only account with a new password each time: it is told once, and kept nowhere. */
export function openViewer(api: ApiClient): Promise<Viewer> {
  return api.subscriber(VIEWER, SITE);
}
