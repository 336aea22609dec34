import Type, { type Static } from 'typebox';
import { GateSettings } from './gate-settings.ts';

export const GateOutcome = Type.Union(
  [Type.Literal('passed'), Type.Literal('failed'), Type.Literal('undecided')],
  { description: 'undecided: too little is known yet; when the bake is over that is a failure' },
);
export type GateOutcome = Static<typeof GateOutcome>;

/** What a gate says of a wave, with all that the answer follows from. */
export const GateResult = Type.Object({
  gate: GateSettings,
  outcome: GateOutcome,
  reason: Type.String({ description: 'A sentence with the figures that it follows from' }),
  figures: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
});
export type GateResult = Static<typeof GateResult>;
