import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { timestamp } from '@edgeloop/protocol';
import type { ApiClient } from './api-client.ts';
import type { ProcessGroup } from './process-group.ts';
import { tokenName } from './token-name.ts';
import { type KeptViewer, keepViewer, readViewer } from './viewer-file.ts';

/** Where the devices of the demonstration are. */
export const SITE = 'demo';
/** The account that the printed line subscribes with. */
const VIEWER = 'viewer';

export type Viewer = Pick<KeptViewer, 'name' | 'password'>;

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
    name: tokenName(`Device ${device}`, timestamp(Date.now())),
    site: SITE,
    devices: device,
    replace: true,
  });
  const args = ['enrol', '--server', api.url, '--config', config];
  // On a command line, every user of the machine can read it.
  const env = { EDGELOOP_ENROLMENT_TOKEN: token };
  await group.run(`device ${device}`, 'agent', args, 'pipe', env);
}

/** A read-only account, with the password of the last start unless it has another by now. */
export async function openViewer(api: ApiClient, data: string): Promise<Viewer> {
  const kept = await readViewer(data);
  if (kept && kept.passwordAt === (await api.passwordAt(kept.name))) return kept;
  const viewer = await api.subscriber(VIEWER, SITE);
  await keepViewer(data, viewer);
  return viewer;
}
