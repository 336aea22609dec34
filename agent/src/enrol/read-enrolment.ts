import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Enrolment } from '../config/as-enrolled.ts';
import { readCredential } from './credential-file.ts';

/** What `enrol --ca` and `rotate --ca` keep in the state. */
export const AUTHORITY_FILE = 'authority.pem';

/** Null: the device has not enrolled. @throws AgentError `STATE_UNUSABLE` */
export function readEnrolment(state: string): Enrolment | null {
  const enrolled = readCredential(state);
  if (!enrolled) return null;
  return { ...enrolled, ca: authorityOf(state) };
}

/**
 * The copy of who signed the server's certificate; null: neither `enrol` nor `rotate` was told of
 * anybody.
 */
export function authorityOf(state: string): string | null {
  const path = join(state, AUTHORITY_FILE);
  return existsSync(path) ? path : null;
}
