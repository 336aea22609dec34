import type { RootKeys, Signature } from '@edgeloop/protocol';
import { SigningError } from './errors.ts';
import type { KeyPair } from './key-pair.ts';
import { requireKey } from './root.ts';
import { isSignatureOf, signBytes } from './signature.ts';

/**
 * @param manifest The bytes of `manifest.json` as they are: it names every file of the package by
 * digest.
 */
export function signPackage(manifest: Uint8Array, key: KeyPair): Signature {
  return signBytes('manifest', manifest, key);
}

/** @throws SigningError `KEY_UNKNOWN`, `SIGNATURE_WRONG` */
export function verifyPackage(root: RootKeys, manifest: Uint8Array, signature: Signature): void {
  const key = requireKey(root, 'packages', signature.keyId);
  if (isSignatureOf(key, 'manifest', manifest, signature)) return;
  throw new SigningError(
    'SIGNATURE_WRONG',
    `Expected a signature of ${signature.keyId} over this manifest, received one that is not. The manifest was changed after it was signed, or the signature is another package's.`,
  );
}
