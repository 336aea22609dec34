import type {
  Assignment,
  AssignmentPurpose,
  DeviceId,
  EpochMillis,
  Reason,
  RootKeys,
  SignedAssignment,
  SlotId,
} from '@edgeloop/protocol';
import { acceptRoot, SigningError, verifyAssignment } from '@edgeloop/signing';
import type { TakenAssignments } from './taken-assignments.ts';

/** What an assignment was given for, and what the device knows. */
export interface AssignmentQuestion {
  readonly device: DeviceId;
  readonly slot: SlotId;
  readonly as: AssignmentPurpose;
  /** Null: none is trusted. */
  readonly root: RootKeys | null;
  readonly taken: TakenAssignments;
  readonly now: EpochMillis;
}

export type AssignmentVerdict =
  /** It counts from the moment that `taken` is on disk. */
  | { readonly kind: 'accepted'; readonly assignment: Assignment; readonly taken: TakenAssignments }
  /**
   * The one that was accepted last, said again: whether it has expired since makes no difference.
   */
  | { readonly kind: 'known'; readonly assignment: Assignment }
  | { readonly kind: 'refused'; readonly reason: Reason };

const NO_ROOT: Reason = {
  code: 'ROOT_MISSING',
  message:
    'Expected a root to trust, this device has none that it can use, so that no assignment counts. Get it one with edgeloop-agent rotate, or name a file with trust.root in agent.yaml.',
};

/**
 * Whether an assignment counts on this device. Nothing but what is signed is believed; a clock that
 * stands before what the root was issued at is taken to stand there (a Pi has no clock battery).
 * When the last assignment was issued says nothing of one of a higher generation, but that the
 * control plane's clock was wrong when it gave one of the two: it must not shut out all that come
 * after it.
 */
export function judgeAssignment(
  signed: SignedAssignment,
  { root, taken, now, ...recipient }: AssignmentQuestion,
): AssignmentVerdict {
  if (root === null) return { kind: 'refused', reason: NO_ROOT };
  const { slot, as } = recipient;
  const { keyId } = signed.signature;
  const before = taken[slot]?.[as]?.[keyId];
  const time = Math.max(now, Date.parse(root.issued));
  const { generation, digest } = signed.signed;
  const repeated = before?.generation === generation && before.digest === digest;
  try {
    if (repeated) {
      // Its signature and recipient are checked again: the root may have dropped the key since.
      const reader = { ...recipient, generation: generation - 1, now: Number.NEGATIVE_INFINITY };
      return { kind: 'known', assignment: verifyAssignment(root, signed, reader) };
    }
    acceptRoot(root, [], time);
    const last = { generation: before?.generation ?? 0, now: time };
    const assignment = verifyAssignment(root, signed, { ...recipient, ...last });
    return { kind: 'accepted', assignment, taken: withTaken(taken, root, signed) };
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return { kind: 'refused', reason: { code: error.code, message: error.message.slice(0, 1000) } };
  }
}

/** Of keys that the root has dropped nothing is kept: nothing that they sign counts. */
function withTaken(
  taken: TakenAssignments,
  root: RootKeys,
  { signed: { slot, as, generation, digest, issued }, signature: { keyId } }: SignedAssignment,
): TakenAssignments {
  const kept = Object.entries(taken[slot]?.[as] ?? {}).filter(([key]) =>
    root.assignments.some((allowed) => allowed === key),
  );
  const byKey = { ...Object.fromEntries(kept), [keyId]: { generation, digest, issued } };
  return { ...taken, [slot]: { ...taken[slot], [as]: byKey } };
}
