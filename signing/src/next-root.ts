import {
  type KeyId,
  MOST_PACKAGE_KEYS,
  type PublicKey,
  type RootKeys,
  timestamp,
} from '@edgeloop/protocol';
import { SigningError } from './errors.ts';

/** The keys of one version, by what they are for. */
export interface RoleKeys {
  /** Signs roots. Kept off every server. */
  readonly root: PublicKey;
  /** Signs packages: where models are made, or on the server. */
  readonly package: PublicKey;
  /** Signs assignments: on the server. */
  readonly online: PublicKey;
}

export interface RootTimes {
  /** Milliseconds since 1970. */
  readonly issued: number;
  readonly expires: number;
}

export function firstRoot(keys: RoleKeys, times: RootTimes): RootKeys {
  return rootOf(1, keys, [keys.package], times);
}

/**
 * N+1. Keys that are not given stay. A package key that is replaced still counts for what it has
 * signed, so that a fleet can go back to an older model, unless it is named as revoked; an
 * assignment is short-lived, and signed anew.
 * @throws SigningError `KEY_UNKNOWN` where what is revoked is no package key, `ROOT_INVALID` with
 * more than 32 of them
 */
export function nextRoot(
  current: RootKeys,
  replaced: Partial<RoleKeys>,
  revoked: readonly KeyId[],
  times: RootTimes,
): RootKeys {
  requirePackageKeys(current, revoked);
  const find = (keyId: KeyId | undefined) => current.keys.find((key) => key.keyId === keyId);
  const older = current.packages.map(find).filter((key) => key !== undefined);
  const packages = [...(replaced.package ? [replaced.package] : []), ...older].filter(
    ({ keyId }) => !revoked.includes(keyId),
  );
  requireRoom(packages);
  const keys = {
    root: replaced.root ?? find(current.root.keys[0]),
    online: replaced.online ?? find(current.assignments[0]),
  };
  return rootOf(current.version + 1, keys as RoleKeys, packages, times);
}

/** A mistyped or shortened id would revoke nothing, and whoever has the stolen key would go on. */
function requirePackageKeys(current: RootKeys, revoked: readonly KeyId[]): void {
  const unknown = revoked.filter((keyId) => !current.packages.includes(keyId));
  if (unknown.length === 0) return;
  throw new SigningError(
    'KEY_UNKNOWN',
    `Expected whole ids of package keys of root version ${current.version} to revoke (${current.packages.join(', ') || 'it has none'}), received ${unknown.join(', ')}. Nothing was revoked. A root key or an online key is worth nothing as soon as it is rotated: --keys root or --keys online.`,
  );
}

/** @param packages the newest first */
function requireRoom(packages: readonly PublicKey[]): void {
  const oldest = packages.slice(MOST_PACKAGE_KEYS).map(({ keyId }) => keyId);
  if (oldest.length === 0) return;
  throw new SigningError(
    'ROOT_INVALID',
    `Expected a root with at most ${MOST_PACKAGE_KEYS} package keys, received ${packages.length}. Revoke the oldest, if no model that they signed is to run any more: --revoke ${oldest.join(' ')}.`,
  );
}

function rootOf(
  version: number,
  { root, online }: Pick<RoleKeys, 'root' | 'online'>,
  packages: readonly PublicKey[],
  { issued, expires }: RootTimes,
): RootKeys {
  return {
    type: 'edgeloop-root',
    version,
    issued: timestamp(issued),
    expires: timestamp(expires),
    keys: [root, online, ...packages],
    root: { keys: [root.keyId], threshold: 1 },
    packages: packages.map(({ keyId }) => keyId),
    assignments: [online.keyId],
  };
}
