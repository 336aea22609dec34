import { readdir, stat } from 'node:fs/promises';
import {
  acceptRoot,
  type KeyFolder,
  type KeyPair,
  readKeyFolder,
  readPrivateKey,
  SigningError,
} from '@edgeloop/signing';

/** Where keys are kept. */
export interface KeyPlaces {
  /** Of `edgeloop keys`. */
  readonly folder: string;
  /**
   * A private key for packages that is kept elsewhere; null: the one of the folder, if it is there.
   */
  readonly signingKey: string | null;
}

export interface ReadKeys extends KeyFolder {
  /** With which this control plane signs; null: with none. */
  readonly signing: KeyPair | null;
}

/** @throws SigningError for files that are not what they should be */
export async function readPackageKeys({ folder, signingKey }: KeyPlaces): Promise<ReadKeys> {
  const keys = await readKeyFolder(folder);
  const candidates = signingKey === null ? keys.keys : [await readPrivateKey(signingKey)];
  const own = candidates.find(({ publicKey }) => keys.root.packages[0] === publicKey.keyId);
  if (signingKey !== null && !own) {
    throw new SigningError(
      'KEY_UNKNOWN',
      `Expected the newest key that root version ${keys.root.version} lets sign packages for --signing-key, received ${signingKey}.`,
    );
  }
  return { ...keys, signing: own ?? null };
}

/**
 * As devices follow a root: the versions that were known stay, and each new one is signed by the
 * one before.
 * @throws SigningError what a step of the chain is refused for
 */
export function requireSuccessor(known: KeyFolder, { chain }: KeyFolder): void {
  const [before, after] = [chain.slice(0, known.chain.length), chain.slice(known.chain.length)];
  if (JSON.stringify(before) !== JSON.stringify(known.chain)) {
    throw new SigningError(
      'ROOT_VERSION_WRONG',
      `Expected versions 1 to ${known.root.version} of the root to stay as they were, received others. Put them back; other keys from the start need a restart.`,
    );
  }
  acceptRoot(known.root, after, Number.NEGATIVE_INFINITY);
}

/** Another whenever a key came or went. */
export async function stampOf({ folder, signingKey }: KeyPlaces): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const paths = signingKey === null ? [folder] : [folder, signingKey];
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, ino }) => `${mtimeMs}.${ino}`,
        () => 'none',
      ),
    ),
  );
  return [...times, ...names.sort()].join('\n');
}
