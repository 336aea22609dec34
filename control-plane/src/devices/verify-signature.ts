import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { ControlPlaneError } from '../errors.ts';

/**
 * @param publicKey Ed25519, SubjectPublicKeyInfo, base64
 * @throws ControlPlaneError `REQUEST_INVALID` for any other key
 */
export function verifySignature(publicKey: string, statement: string, signature: string): boolean {
  const key = readKey(publicKey);
  return verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64'));
}

function readKey(publicKey: string): KeyObject {
  try {
    const der = Buffer.from(publicKey, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below.
  }
  const message = `Expected an Ed25519 public key (SubjectPublicKeyInfo, DER, base64), received ${publicKey}.`;
  throw new ControlPlaneError('REQUEST_INVALID', message);
}
