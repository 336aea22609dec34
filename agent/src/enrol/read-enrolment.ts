import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Enrolment } from '../config/as-enrolled.ts';
import { readCredential } from './credential-file.ts';

/** What `enrol --ca` keeps in the state. */
export const AUTHORITY_FILE = 'authority.pem';

/** Null: the device has not enrolled. @throws AgentError `STATE_UNUSABLE` */
export function readEnrolment(state: string): Enrolment | null {
  const enrolled = readCredential(state);
  if (!enrolled) return null;
  const authority = join(state, AUTHORITY_FILE);
  return { ...enrolled, ca: existsSync(authority) ? authority : null };
}
