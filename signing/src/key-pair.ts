import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyId, PublicKey } from '@edgeloop/protocol';
import { SigningError } from './errors.ts';

/** A private key with its public half under the name that signatures give. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

export function keyPair(privateKey: KeyObject): KeyPair {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' }) as { x: string };
  return { privateKey, publicKey: { keyId: keyIdOf(x), algorithm: 'ed25519', publicKey: x } };
}

/** @param publicKey 32 bytes, base64url. */
export function keyIdOf(publicKey: string): KeyId {
  const bytes = Buffer.from(publicKey, 'base64url');
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32) as KeyId;
}

/**
 * @throws SigningError `KEY_FILE_INVALID` for what is no Ed25519 key in PKCS#8, PEM.
 * @param origin for the message
 */
export function parsePrivateKey(pem: string, origin: string): KeyPair {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new SigningError(
      'KEY_FILE_INVALID',
      `Expected a private Ed25519 key (PKCS#8, PEM) in ${origin}, received something else: ${(cause as Error).message}. edgeloop keys create makes one.`,
      { cause },
    );
  }
  if (key.asymmetricKeyType === 'ed25519') return keyPair(key);
  throw new SigningError(
    'KEY_FILE_INVALID',
    `Expected a private Ed25519 key in ${origin}, received one of type ${key.asymmetricKeyType}. edgeloop keys create makes one.`,
  );
}
