import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { type EpochMillis, epochMillis, type Signature, type SignedRoot } from '@edgeloop/protocol';
import {
  acceptRoot,
  createKeyFolder,
  type KeyFolder,
  type KeyPair,
  readKeyFolder,
  readPrivateKey,
  SigningError,
  signPackage,
  verifyPackage,
} from '@edgeloop/signing';
import { ControlPlaneError } from '../errors.ts';

export interface PackageKeysOptions {
  /** Of `edgeloop keys`; made where there is none, with every key in it. */
  readonly folder: string;
  /** A private key for packages that is kept elsewhere; null: the one of the folder, if it is there. */
  readonly signingKey: string | null;
  readonly now: () => EpochMillis;
}

/** The first root of a control plane that nobody gave keys: so long is nobody to be surprised. */
const FIRST_LIFE = 10 * 365 * 86_400_000;

/** Whose packages count, and whether this control plane may sign what comes unsigned. */
export class PackageKeys {
  readonly #options: PackageKeysOptions;
  #keys: KeyFolder | null = null;
  #signing: KeyPair | null = null;

  constructor(options: PackageKeysOptions) {
    this.#options = options;
  }

  /** @throws SigningError for files that are not what they should be */
  async start(): Promise<{ created: boolean }> {
    const { folder, signingKey } = this.#options;
    const created = !existsSync(folder);
    if (created) await this.#create(folder);
    const keys = await readKeyFolder(folder);
    const candidates = signingKey === null ? keys.keys : [await readPrivateKey(signingKey)];
    const own = candidates.find(({ publicKey }) => keys.root.packages[0] === publicKey.keyId);
    if (signingKey !== null && !own) {
      throw new SigningError(
        'KEY_UNKNOWN',
        `Expected the newest key that root version ${keys.root.version} lets sign packages for --signing-key, received ${signingKey}.`,
      );
    }
    this.#keys = keys;
    this.#signing = own ?? null;
    return { created };
  }

  /** For `/healthz`; null: all is well. Detections are taken all the same. */
  get problem(): string | null {
    try {
      if (this.#keys) acceptRoot(this.#keys.root, [], this.#options.now());
      return null;
    } catch (error) {
      return `No model is taken: ${(error as Error).message}`;
    }
  }

  /** Whole or not there. */
  async #create(folder: string): Promise<void> {
    const issued = this.#options.now();
    const half = `${folder}.half`;
    await rm(half, { recursive: true, force: true });
    await createKeyFolder(half, { issued, expires: epochMillis(issued + FIRST_LIFE) });
    await rename(half, folder);
  }

  /** Every version of the root: a device follows them one by one. */
  get chain(): readonly SignedRoot[] {
    return this.#keys?.chain ?? [];
  }

  get maySign(): boolean {
    return this.#signing !== null;
  }

  /** For a package that was checked. */
  sign(manifest: Uint8Array): Signature {
    return signPackage(manifest, this.#signing as KeyPair);
  }

  /**
   * @param signature null: unsigned, which is right only where this control plane signs
   * @throws ControlPlaneError `SIGNATURE_REFUSED`
   */
  check(manifest: Uint8Array, signature: Signature | null): void {
    const { problem } = this;
    if (problem !== null) throw new ControlPlaneError('SIGNATURE_REFUSED', problem);
    if (signature === null && this.maySign) return;
    if (signature === null || !this.#keys) {
      const message =
        'Expected a signature, since this control plane has no key to sign packages with, received none. Sign the package with edgeloop keys sign.';
      throw new ControlPlaneError('SIGNATURE_REFUSED', message);
    }
    try {
      verifyPackage(this.#keys.root, manifest, signature);
    } catch (cause) {
      const message = (cause as Error).message;
      throw new ControlPlaneError('SIGNATURE_REFUSED', message, { cause });
    }
  }
}
