import {
  canonicalJson,
  type KeyId,
  type PublicKey,
  type RootKeys,
  type SignedRoot,
} from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { SigningError } from './errors.ts';
import { type KeyPair, keyIdOf } from './key-pair.ts';
import { isSignatureOf, signBytes } from './signature.ts';

export type KeyRole = 'packages' | 'assignments';

const rootBytes = (root: RootKeys) => new TextEncoder().encode(canonicalJson(root));

/** Signed by each of the keys: of the old root and of the new one. */
export function signRoot(root: RootKeys, keys: readonly KeyPair[]): SignedRoot {
  const byId = new Map(keys.map((key) => [key.publicKey.keyId, key]));
  const signatures = [...byId.values()].map((key) => signBytes('root', rootBytes(root), key));
  return { signed: root, signatures };
}

/**
 * A first root, which nothing vouches for but where it came from: whole, and signed by its own
 * keys.
 * @throws SigningError `ROOT_INVALID`, `SIGNATURE_MISSING`
 */
export function checkFirstRoot(root: SignedRoot): RootKeys {
  checkAgreement(root.signed);
  requireThreshold(root, root.signed);
  return root.signed;
}

/**
 * Follows the root from the version that is trusted to the newest. Each step must be signed by
 * enough root keys of the version before and of itself (The Update Framework, section 5.3); of the
 * versions on the way only the last may not have expired: whoever was off for a year catches up.
 * @param chain Versions N+1, N+2, …; empty: only whether the trusted one still holds.
 * @param now Milliseconds since 1970
 * @throws SigningError `ROOT_INVALID`, `ROOT_VERSION_WRONG`, `SIGNATURE_MISSING`, `ROOT_EXPIRED`;
 * the trusted root stays then
 */
export function acceptRoot(trusted: RootKeys, chain: readonly SignedRoot[], now: number): RootKeys {
  const newest = chain.reduce(followRoot, trusted);
  if (now < Date.parse(newest.expires)) return newest;
  throw new SigningError(
    'ROOT_EXPIRED',
    `Expected a root that holds now, received version ${newest.version}, which held until ${newest.expires}. Make the next with edgeloop keys rotate.`,
  );
}

function followRoot(trusted: RootKeys, next: SignedRoot): RootKeys {
  if (next.signed.version !== trusted.version + 1) {
    throw new SigningError(
      'ROOT_VERSION_WRONG',
      `Expected version ${trusted.version + 1} of the root, received version ${next.signed.version}. Versions are taken one by one, and never go back.`,
    );
  }
  checkAgreement(next.signed);
  requireThreshold(next, trusted);
  requireThreshold(next, next.signed);
  return next.signed;
}

/** @throws SigningError `KEY_UNKNOWN` where the root does not let the key sign that */
export function requireKey(root: RootKeys, role: KeyRole, keyId: KeyId): PublicKey {
  const key =
    root[role].includes(keyId) && root.keys.find((candidate) => candidate.keyId === keyId);
  if (key) return key;
  throw new SigningError(
    'KEY_UNKNOWN',
    `Expected a signature by one of the keys that root version ${root.version} lets sign ${role} (${root[role].join(', ') || 'none'}), received one by ${keyId}. Sign it with one of those, or add the key with edgeloop keys rotate.`,
  );
}

function requireThreshold(root: SignedRoot, by: RootKeys): void {
  const body = rootBytes(root.signed);
  const signers = new Set<KeyId>();
  for (const signature of root.signatures) {
    const key = by.root.keys.includes(signature.keyId)
      ? by.keys.find(({ keyId }) => keyId === signature.keyId)
      : undefined;
    if (key && isSignatureOf(key, 'root', body, signature)) signers.add(key.keyId);
  }
  if (signers.size >= by.root.threshold) return;
  throw new SigningError(
    'SIGNATURE_MISSING',
    `Expected root version ${root.signed.version} to be signed by ${by.root.threshold} of the root keys of version ${by.version} (${by.root.keys.join(', ')}), received ${signers.size} that are right. Sign it with those.`,
  );
}

/** A key must be the one that its id names: signatures are looked up by id. */
function checkAgreement(root: RootKeys): void {
  const ids = root.keys.map(({ keyId }) => keyId);
  const invalid = (reason: string) =>
    new SigningError(
      'ROOT_INVALID',
      `Expected a root that agrees with itself, received version ${root.version}: ${reason}.`,
    );
  if (new Set(ids).size !== ids.length) throw invalid('a key is listed twice');
  for (const { keyId, publicKey } of root.keys) {
    if (keyIdOf(publicKey) !== keyId) throw invalid(`the public key of ${keyId} has another id`);
  }
  for (const keyId of [...root.root.keys, ...root.packages, ...root.assignments]) {
    if (!ids.includes(keyId)) throw invalid(`key ${keyId} is not among its keys`);
  }
  if (new Set(root.root.keys).size < root.root.threshold) {
    throw invalid(
      `it wants ${counted(root.root.threshold, 'signature')} of ${counted(root.root.keys.length, 'key')}`,
    );
  }
  if (!(Date.parse(root.issued) < Date.parse(root.expires)))
    throw invalid('it expires before it is issued');
}
