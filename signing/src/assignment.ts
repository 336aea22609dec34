import {
  type Assignment,
  type AssignmentPurpose,
  canonicalJson,
  type DeviceId,
  type RootKeys,
  type SignedAssignment,
  type SlotId,
} from '@edgeloop/protocol';
import { SigningError } from './errors.ts';
import type { KeyPair } from './key-pair.ts';
import { requireKey } from './root.ts';
import { isSignatureOf, signBytes } from './signature.ts';

const assignmentBytes = (signed: Assignment) => new TextEncoder().encode(canonicalJson(signed));

export function signAssignment(signed: Assignment, key: KeyPair): SignedAssignment {
  return { signed, signature: signBytes('assignment', assignmentBytes(signed), key) };
}

/** Who asks, and what it has taken before. */
export interface AssignmentReader {
  readonly device: DeviceId;
  readonly slot: SlotId;
  readonly as: AssignmentPurpose;
  /** Of the last assignment that was accepted; 0: none yet. */
  readonly generation: number;
  /** Milliseconds since 1970; the last time that a server said, where the clock is not trusted. */
  readonly now: number;
}

/**
 * Whether this device may take it.
 * @throws SigningError `KEY_UNKNOWN`, `SIGNATURE_WRONG`, `ASSIGNMENT_REFUSED`: made out to another,
 * stale, or expired
 */
export function verifyAssignment(
  root: RootKeys,
  { signed, signature }: SignedAssignment,
  reader: AssignmentReader,
): Assignment {
  const key = requireKey(root, 'assignments', signature.keyId);
  if (!isSignatureOf(key, 'assignment', assignmentBytes(signed), signature)) {
    throw new SigningError(
      'SIGNATURE_WRONG',
      `Expected a signature of ${signature.keyId} over this assignment, received one that is not: it was changed after it was signed.`,
    );
  }
  const { device, slot, as, generation, now } = reader;
  if (signed.device !== device || signed.slot !== slot || signed.as !== as) {
    throw refused(
      `one made out to ${device}/${slot} as ${as}`,
      `one for ${signed.device}/${signed.slot} as ${signed.as}`,
    );
  }
  if (signed.generation <= generation) {
    throw refused(`a generation after ${generation}`, `generation ${signed.generation}`);
  }
  if (!(now < Date.parse(signed.expires))) {
    throw refused('one that still holds', `one that held until ${signed.expires}`);
  }
  return signed;
}

const refused = (expected: string, received: string) =>
  new SigningError(
    'ASSIGNMENT_REFUSED',
    `Expected of an assignment: ${expected}, received ${received}.`,
  );
