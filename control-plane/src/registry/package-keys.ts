import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { syncFolder } from '@edgeloop/disk';
import {
  type EpochMillis,
  epochMillis,
  type KeyId,
  type Signature,
  type SignedRoot,
} from '@edgeloop/protocol';
import {
  acceptRoot,
  createKeyFolder,
  type KeyPair,
  signPackage,
  verifyPackage,
} from '@edgeloop/signing';
import { ControlPlaneError } from '../errors.ts';
import {
  type KeyPlaces,
  type ReadKeys,
  readPackageKeys,
  requireSuccessor,
  stampOf,
} from './read-package-keys.ts';

export interface PackageKeysOptions extends KeyPlaces {
  readonly now: () => EpochMillis;
}

/** The first root of a control plane that nobody gave keys: so long is nobody to be surprised. */
const FIRST_LIFE = 10 * 365 * 86_400_000;
/** In which a rotation that runs has written its last file, in milliseconds. */
const SETTLE = 100;

/**
 * Whose packages count, and whether this control plane may sign what comes unsigned. Keys that
 * `edgeloop keys rotate` makes count from the next request on.
 */
export class PackageKeys {
  readonly #options: PackageKeysOptions;
  #keys: ReadKeys | null = null;
  /** Tells the files that were read from changed ones. */
  #stamp = '';
  /** Why the files as they are now can't be taken. */
  #refused: string | null = null;

  constructor(options: PackageKeysOptions) {
    this.#options = options;
  }

  /**
   * Makes keys where there is no folder.
   * @throws SigningError for files that are not what they should be
   */
  async start(): Promise<{ created: boolean }> {
    const { folder } = this.#options;
    const created = !existsSync(folder);
    if (created) await this.#create(folder);
    this.#stamp = await stampOf(this.#options);
    this.#keys = await readPackageKeys(this.#options);
    return { created };
  }

  /**
   * Takes what has changed on disk. Where that can't be taken, no model is taken until it can, and
   * `/healthz` says why.
   * @returns whether there is a new version of the root
   */
  async refresh(): Promise<boolean> {
    const stamp = await stampOf(this.#options);
    if (stamp === this.#stamp) return false;
    try {
      const keys = await this.#readNext().catch(async () => {
        await delay(SETTLE);
        return this.#readNext();
      });
      const isNew = keys.root.version !== this.#keys?.root.version;
      this.#keys = keys;
      this.#stamp = stamp;
      this.#refused = null;
      return isNew;
    } catch (error) {
      this.#refused = (error as Error).message;
      return false;
    }
  }

  /** For `/healthz`; null: all is well. Detections are taken all the same. */
  get problem(): string | null {
    try {
      if (this.#refused !== null) return `No model is taken: ${this.#refused}`;
      if (this.#keys) acceptRoot(this.#keys.root, [], this.#options.now());
      return null;
    } catch (error) {
      return `No model is taken: ${(error as Error).message}`;
    }
  }

  async #readNext(): Promise<ReadKeys> {
    const keys = await readPackageKeys(this.#options);
    if (this.#keys) requireSuccessor(this.#keys, keys);
    return keys;
  }

  /**
   * Whole or not there, and on disk before anybody hears of it: a device that pinned the first root
   * follows no other.
   */
  async #create(folder: string): Promise<void> {
    const issued = this.#options.now();
    const half = `${folder}.half`;
    await rm(half, { recursive: true, force: true });
    await createKeyFolder(half, { issued, expires: epochMillis(issued + FIRST_LIFE) });
    await rename(half, folder);
    await syncFolder(dirname(folder));
  }

  /** Every version of the root: a device follows them one by one. */
  get chain(): readonly SignedRoot[] {
    return this.#keys?.chain ?? [];
  }

  /** Of `edgeloop keys`. */
  get folder(): string {
    return this.#options.folder;
  }

  /** Whether the private half of a key is here. */
  hasPrivate(keyId: KeyId): boolean {
    const pairs = [...(this.#keys?.keys ?? []), this.#keys?.signing];
    return pairs.some((pair) => pair?.publicKey.keyId === keyId);
  }

  get maySign(): boolean {
    return this.#keys !== null && this.#keys.signing !== null;
  }

  /** For a package that was checked. */
  sign(manifest: Uint8Array): Signature {
    return signPackage(manifest, this.#keys?.signing as KeyPair);
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
