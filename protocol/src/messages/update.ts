import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';

/**
 * Where the update of a slot is. On its way: `waiting` (for a server, or for the next try),
 * `downloading`, `verifying` (signature and digests), `testing` (the golden cases, in a process of
 * their own), `activating`, `probation` (it decides, and must show that it can). Ended:
 * `committed`; `reverted` (it was active, and the one before is again); `refused` (it may not run
 * here: signature, expiry, agent version, too large); `failed` (it could not: download, disk,
 * golden cases). The model before runs on in all but `probation` and `committed`. A shadow that
 * runs is `committed`.
 */
export const UpdateState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('downloading'),
  Type.Literal('verifying'),
  Type.Literal('testing'),
  Type.Literal('activating'),
  Type.Literal('probation'),
  Type.Literal('committed'),
  Type.Literal('reverted'),
  Type.Literal('refused'),
  Type.Literal('failed'),
]);
export type UpdateState = Static<typeof UpdateState>;

/** Why something is as it is: a stable code, and a sentence for a person. */
export const Reason = Type.Object({
  code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' }),
  message: Type.String({ maxLength: 1000 }),
});
export type Reason = Static<typeof Reason>;

/** The assignment that a slot was last given, and what became of it. */
export const UpdateReport = Type.Object({
  model: Ids.sha256,
  generation: Type.Integer({ minimum: 1 }),
  state: UpdateState,
  since: Ids.timestamp,
  attempts: Type.Integer({ minimum: 0, description: 'How often it was begun' }),
  progress: Type.Optional(
    Type.Object({
      receivedBytes: Type.Integer({ minimum: 0 }),
      totalBytes: Type.Integer({ minimum: 0 }),
    }),
  ),
  reason: Type.Optional(Reason),
});
export type UpdateReport = Static<typeof UpdateReport>;
