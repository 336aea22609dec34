import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

/** The last assignment that was accepted of one key. */
const Taken = Type.Object({
  generation: Type.Integer({ minimum: 1 }),
  digest: Ids.sha256,
  /** An agent of an earlier version, that is gone back to, asks for it. */
  issued: Ids.timestamp,
});

/**
 * By the key that signed: a key that replaces a stolen one begins to count anew, whatever the thief
 * counted up to.
 */
const ByKey = Type.Record(Type.String(), Taken);

/**
 * What a device has accepted so far, by slot and purpose: what keeps it from being given an older
 * assignment. As many keys a purpose as the root lets sign assignments.
 */
export const TakenAssignments = Type.Record(
  Type.String(),
  Type.Object({ active: Type.Optional(ByKey), shadow: Type.Optional(ByKey) }),
);
export type TakenAssignments = Static<typeof TakenAssignments>;
