import type { DeviceCredential } from '@edgeloop/protocol';
import { adoptRoot } from '../update/trust/root-file.ts';
import { writeCredential } from './credential-file.ts';

/** What a control plane gave the device, on disk. */
export interface KeptCredential {
  readonly credential: Omit<DeviceCredential, 'root'>;
  /** For a person: whom the device trusts now, or why not. */
  readonly trust: string;
}

export interface KeepOptions {
  /** The folder of key, credential and root. */
  readonly state: string;
  /** A file that trust begins with instead, when the agent starts; null: what the control plane gives. */
  readonly trustRoot: string | null;
}

/**
 * Keeps a credential, and begins trust with the root that came with it, where the device trusts none yet.
 * @throws AgentError `STATE_UNUSABLE`; SigningError for a root that is none: the credential is kept all the same
 */
export async function keepCredential(
  { root, ...credential }: DeviceCredential,
  { state, trustRoot }: KeepOptions,
): Promise<KeptCredential> {
  await writeCredential(state, credential);
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
