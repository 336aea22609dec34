import { createHash, randomBytes } from 'node:crypto';

/**
 * A new secret of 256 random bits, with a prefix that says what it is (and lets scanners of leaked
 * secrets find it).
 */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of it. No slow hash: nobody guesses 256 bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
