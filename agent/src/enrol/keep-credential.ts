import type { DeviceCredential } from '@edgeloop/protocol';
import { adoptRoot } from '../update/trust/root-file.ts';
import { writeCredential } from './credential-file.ts';
import { keepAuthority } from './keep-authority.ts';

/** What a control plane gave the device, on disk. */
export interface KeptCredential {
  readonly credential: Omit<DeviceCredential, 'root'>;
  /** For a person: whom the device trusts now, or why not. */
  readonly trust: string;
}

export interface KeepOptions {
  /** The folder of key, credential and root. */
  readonly state: string;
  /**
   * A file that trust begins with instead, when the agent starts; null: what the control plane
   * gives.
   */
  readonly trustRoot: string | null;
}

/** Of a server that has just been reached. */
interface Reached extends KeepOptions {
  /**
   * Who signed its certificate, PEM file; null: an authority that Node knows; undefined: whoever is
   * kept.
   */
  readonly authority: string | null | undefined;
}

/**
 * Keeps a credential and by whom its server was reached, and begins trust with the root that came
 * with it, where the device trusts none yet.
 * @throws AgentError `STATE_UNUSABLE`; SigningError for a root that is none: the others are kept
 * all the same
 */
export async function keepCredential(
  { root, ...credential }: DeviceCredential,
  { state, trustRoot, authority }: Reached,
): Promise<KeptCredential> {
  await writeCredential(state, credential);
  // The agent connects by the copy in the state, to the broker as well.
  if (authority !== undefined) await keepAuthority(state, authority);
  if (trustRoot !== null) return { credential, trust: `It begins trust with ${trustRoot}.` };
  if (!root) return { credential, trust: 'The control plane gave no root to trust.' };
  const { trust, other } = await adoptRoot(state, root);
  const { version } = trust.current.signed;
  if (!other) return { credential, trust: `It trusts root version ${version}.` };
  return {
    credential,
    trust: `It trusts root version ${version}, as before: the control plane has another root, which is not taken, and its models will not be either. To trust it instead, remove root.json from ${state} and use edgeloop-agent rotate.`,
  };
}
