import Type, { type Static } from 'typebox';

/**
 * `champion`: what devices of the task should run. `candidate`: what the gate let through and is to
 * be rolled out.
 */
export const AliasName = Type.Union([Type.Literal('champion'), Type.Literal('candidate')]);
export type AliasName = Static<typeof AliasName>;
