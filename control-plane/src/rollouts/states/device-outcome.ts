import Type, { type Static } from 'typebox';

/**
 * How a device ended, or why it has not. `already`: it ran it before. `silent`: it was there when
 * it was told, or has been since, and never said a word; `hung`: it began, and did not end.
 * `offline` (when its turn came, and not seen since), `taken` (by another rollout, or what a person
 * set), `left` (the target, or the fleet: of one that was told it is `late`, for it may be enrolled
 * again).
 */
export const DeviceOutcome = Type.Union([
  Type.Literal('already'),
  Type.Literal('committed'),
  Type.Literal('failed'),
  Type.Literal('refused'),
  Type.Literal('reverted'),
  Type.Literal('silent'),
  Type.Literal('hung'),
  Type.Literal('offline'),
  Type.Literal('taken'),
  Type.Literal('left'),
]);
export type DeviceOutcome = Static<typeof DeviceOutcome>;

/**
 * Of skipped devices, those that run what they ran before the rollout, or were told to: it had told
 * them something, and nobody else has them.
 */
export const SKIPPED_AS_BEFORE = ['offline', 'left'] as const satisfies DeviceOutcome[];
