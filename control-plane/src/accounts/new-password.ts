import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { hashSecret, newSecret } from '../access/secret.ts';

/** A password as it is told, and as it is kept. */
export interface NewPassword {
  readonly password: string;
  readonly hashes: { readonly secret_hash: string; readonly mosquitto_hash: string };
}

/** What it is can be told by its prefix. */
const PREFIXES = { device: 'eld', subscriber: 'els' } as const;

export function newPassword(kind: 'device' | 'subscriber'): NewPassword {
  const password = newSecret(PREFIXES[kind]);
  const hashes = { secret_hash: hashSecret(password), mosquitto_hash: mosquittoHash(password) };
  return { password, hashes };
}

/** As `mosquitto_passwd` does. No more: nobody guesses 256 random bits. */
const ITERATIONS = 101;

/**
 * `$7$<iterations>$<salt>$<hash>`: PBKDF2 with SHA-512, 12 and 64 bytes as base64. Source:
 * Mosquitto 2.0, password_mosq.c.
 */
export function mosquittoHash(password: string, salt = randomBytes(12)): string {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512');
  return `$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
