import { createPublicKey, sign, verify } from 'node:crypto';
import { type PayloadType, type PublicKey, type Signature, signedBytes } from '@edgeloop/protocol';
import type { KeyPair } from './key-pair.ts';

/**
 * Over the type and the body: see `signedBytes`. Ed25519 signs equal bytes with equal signatures.
 */
export function signBytes(
  type: PayloadType,
  body: Uint8Array,
  { privateKey, publicKey: { keyId, algorithm } }: KeyPair,
): Signature {
  const signature = sign(null, signedBytes(type, body), privateKey).toString('base64url');
  return { keyId, algorithm, signature };
}

/** Whether this key made it. */
export function isSignatureOf(
  { publicKey, keyId }: PublicKey,
  type: PayloadType,
  body: Uint8Array,
  signature: Signature,
): boolean {
  if (signature.keyId !== keyId) return false;
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
    format: 'jwk',
  });
  const bytes = Buffer.from(signature.signature, 'base64url');
  return bytes.length === 64 && verify(null, signedBytes(type, body), key, bytes);
}
