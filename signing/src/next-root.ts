import { type KeyId, type PublicKey, type RootKeys, timestamp } from '@edgeloop/protocol';

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
 * N+1. Keys that are not given stay. A package key that is replaced still counts for what it has signed, so that a
 * fleet can go back to an older model, unless it is named as revoked; an assignment is short-lived, and signed anew.
 */
export function nextRoot(
  current: RootKeys,
  replaced: Partial<RoleKeys>,
  revoked: readonly KeyId[],
  times: RootTimes,
): RootKeys {
  const find = (keyId: KeyId | undefined) => current.keys.find((key) => key.keyId === keyId);
  const older = current.packages.map(find).filter((key) => key !== undefined);
  const packages = [...(replaced.package ? [replaced.package] : []), ...older].filter(
    ({ keyId }) => !revoked.includes(keyId),
  );
  const keys = {
    root: replaced.root ?? find(current.root.keys[0]),
    online: replaced.online ?? find(current.assignments[0]),
  };
  return rootOf(current.version + 1, keys as RoleKeys, packages, times);
}

function rootOf(
  version: number,
  { root, online }: Pick<RoleKeys, 'root' | 'online'>,
  packages: readonly PublicKey[],
  { issued, expires }: RootTimes,
): RootKeys {
  return {
    ...{ type: 'edgeloop-root', version },
    ...{ issued: timestamp(issued), expires: timestamp(expires) },
    keys: [root, online, ...packages],
    root: { keys: [root.keyId], threshold: 1 },
    packages: packages.map(({ keyId }) => keyId),
    assignments: [online.keyId],
  };
}
