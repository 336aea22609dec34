import type { Assignment, KeyId, SignedAssignment } from '@edgeloop/protocol';
import {
  type KeyPair,
  readKeyFolder,
  readPrivateKey,
  SigningError,
  signAssignment,
} from '@edgeloop/signing';
import { ControlPlaneError } from '../../errors.ts';
import { stampOf } from '../../registry/read-package-keys.ts';

export interface AssignmentKeysOptions {
  /** Of `edgeloop keys`; it is there. */
  readonly folder: string;
  /** The online key, where it is kept elsewhere; null: the one of the folder, if it is there. */
  readonly onlineKey: string | null;
}

/**
 * Whether this control plane may say which models run on devices. Keys that `edgeloop keys rotate`
 * makes count after `refresh`.
 */
export class AssignmentKeys {
  readonly #options: AssignmentKeysOptions;
  #signing: KeyPair | null = null;
  /** Tells the files that were read from changed ones. */
  #stamp = '';

  constructor(options: AssignmentKeysOptions) {
    this.#options = options;
  }

  /** @throws SigningError for files that are not what they should be */
  async start(): Promise<void> {
    this.#stamp = await this.#stampNow();
    this.#signing = await readOnlineKey(this.#options);
  }

  /**
   * Takes what has changed on disk.
   * @throws SigningError where that can't be taken: the key before goes on
   */
  async refresh(): Promise<void> {
    const stamp = await this.#stampNow();
    if (stamp === this.#stamp) return;
    this.#signing = await readOnlineKey(this.#options);
    this.#stamp = stamp;
  }

  #stampNow(): Promise<string> {
    const { folder, onlineKey } = this.#options;
    return stampOf({ folder, signingKey: onlineKey });
  }

  /** Null: there is none here. */
  get keyId(): KeyId | null {
    return this.#signing?.publicKey.keyId ?? null;
  }

  /** @throws ControlPlaneError `ASSIGNMENT_KEY_MISSING` */
  require(): KeyId {
    if (this.keyId !== null) return this.keyId;
    const message =
      'Expected the online key, which signs what devices run, received none. Put online-N.private.pem into the folder of keys, or name it with --online-key.';
    throw new ControlPlaneError('ASSIGNMENT_KEY_MISSING', message);
  }

  /** @throws ControlPlaneError `ASSIGNMENT_KEY_MISSING` */
  sign(assignment: Assignment): SignedAssignment {
    this.require();
    return signAssignment(assignment, this.#signing as KeyPair);
  }
}

/** The newest that the root lets sign assignments; null: it is not here. */
async function readOnlineKey({
  folder,
  onlineKey,
}: AssignmentKeysOptions): Promise<KeyPair | null> {
  const { root, keys } = await readKeyFolder(folder);
  const candidates = onlineKey === null ? keys : [await readPrivateKey(onlineKey)];
  const own = candidates.find(({ publicKey }) => root.assignments[0] === publicKey.keyId);
  if (onlineKey === null || own) return own ?? null;
  throw new SigningError(
    'KEY_UNKNOWN',
    `Expected the newest key that root version ${root.version} lets sign assignments for --online-key, received ${onlineKey}.`,
  );
}
