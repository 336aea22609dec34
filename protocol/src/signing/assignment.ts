import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { Signature } from './keys.ts';

/**
 * `active`: it decides. `shadow`: it only looks at some frames, beside the one that decides. Each
 * has generations of its own.
 */
const AssignmentPurpose = Type.Union([Type.Literal('active'), Type.Literal('shadow')]);
export type AssignmentPurpose = Static<typeof AssignmentPurpose>;

/**
 * What authorizes a model on a device. A rollback is a higher generation that names an older
 * digest; a device takes a generation once.
 */
export const Assignment = Type.Object({
  type: Type.Literal('edgeloop-assignment'),
  device: Ids.device,
  slot: Ids.slot,
  as: AssignmentPurpose,
  /** SHA-256 of the package's manifest. */
  digest: Ids.sha256,
  generation: Type.Integer({ minimum: 1 }),
  issued: Ids.timestamp,
  /** It must have been accepted by then; what runs already runs on. */
  expires: Ids.timestamp,
});
export type Assignment = Static<typeof Assignment>;

export const SignedAssignment = Type.Object({ signed: Assignment, signature: Signature });
export type SignedAssignment = Static<typeof SignedAssignment>;
