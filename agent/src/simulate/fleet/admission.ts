import type { Attributes, DeviceId, SignedRoot, SiteId } from '@edgeloop/protocol';
import { AgentError } from '../../errors.ts';
import { admit, type Enrolment } from '../device/admit.ts';

/** How the devices come to be let in. */
export type Admission =
  | ({ readonly kind: 'enrol' } & Enrolment)
  /**
   * A control plane with `--allow-anonymous`: they say who they are. Nothing can be downloaded so.
   */
  | { readonly kind: 'anonymous'; readonly brokerUrl: string; readonly site: SiteId };

/** What a device was let in with. */
export interface Admitted {
  readonly site: SiteId;
  readonly brokerUrl: string;
  /** Null: it needs none. */
  readonly password: string | null;
  /** What it may begin to trust; null: it was told nothing. */
  readonly root: SignedRoot | null;
}

/** @throws AgentError `ENROLMENT_REFUSED`, `SERVER_UNREACHABLE` */
export async function letIn(
  admission: Admission,
  device: DeviceId,
  attributes: Attributes,
): Promise<Admitted> {
  if (admission.kind === 'anonymous') {
    const { site, brokerUrl } = admission;
    return { site, brokerUrl, password: null, root: null };
  }
  const { site, credential, mqtt, root } = await admit(admission, device, attributes);
  return { site, brokerUrl: mqtt.url, password: credential.password, root: root ?? null };
}

/** What can't be: a download needs a credential. @throws AgentError `CONFIG_INVALID` */
export function checkDownloads(admission: Admission, downloads: 'real' | 'scripted'): void {
  if (admission.kind === 'enrol' || downloads === 'scripted') return;
  const message =
    'Expected --enrol-token for real downloads: the API gives a package to enrolled devices alone. Or write update: {downloads: scripted} into the scenario.';
  throw new AgentError('CONFIG_INVALID', message);
}
