import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Assignment,
  parseId,
  type RootKeys,
  type Sha256,
  type SignedAssignment,
  timestamp,
} from '@edgeloop/protocol';
import {
  createKeyFolder,
  type KeyFolder,
  type KeyName,
  type KeyPair,
  rotateKeyFolder,
  signAssignment,
} from '@edgeloop/signing';
import type { Test } from 'tap';

const DAY = 86_400_000;

/**
 * The keys of a fleet in a folder of their own, made by what `edgeloop keys` uses, and what is
 * signed with them.
 */
export class SignedFleet {
  readonly folder: string;
  #keys: KeyFolder | null = null;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(t: Pick<Test, 'teardown'>, days = 365): Promise<SignedFleet> {
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const fleet = new SignedFleet(folder);
    fleet.#keys = await createKeyFolder(folder, timesOf(days));
    return fleet;
  }

  get chain() {
    return this.#keys!.chain;
  }

  get root(): RootKeys {
    return this.#keys!.root;
  }

  /** The one that counts now. */
  get packageKey(): KeyPair {
    return this.#find(this.root.packages[0]);
  }

  get onlineKey(): KeyPair {
    return this.#find(this.root.assignments[0]);
  }

  /** The next version, with new keys; a package key that is replaced is revoked. */
  async rotate(names: readonly KeyName[], days = 365): Promise<void> {
    const revoked = names.includes('package') ? this.root.packages : [];
    this.#keys = await rotateKeyFolder(this.folder, names, revoked, timesOf(days));
  }

  assign(
    digest: Sha256,
    generation: number,
    more: Partial<Assignment> = {},
    key = this.onlineKey,
  ): SignedAssignment {
    const now = Date.now();
    const assignment: Assignment = {
      type: 'edgeloop-assignment',
      device: DEVICE,
      slot: SLOT,
      as: 'active',
      digest,
      generation,
      issued: timestamp(now),
      expires: timestamp(now + 7 * DAY),
      ...more,
    };
    return signAssignment(assignment, key);
  }

  #find(keyId: string | undefined): KeyPair {
    return this.#keys!.keys.find(({ publicKey }) => publicKey.keyId === keyId)!;
  }
}

export const DEVICE = parseId('device', 'pi-1');
export const SLOT = parseId('slot', 'main');

/** Issued a day ago. */
function timesOf(days: number) {
  const issued = Date.now() - DAY;
  return { issued, expires: issued + days * DAY };
}
