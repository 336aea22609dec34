import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

/** The clock of the control plane, and whether it is believed. */
export const ClockView = Type.Object({
  says: Ids.timestamp,
  sure: { ...Ids.timestamp, description: 'So far time has surely come: what is kept ages by it' },
  aheadSeconds: Type.Integer({ description: 'How far it says more; negative: less' }),
  doubt: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it is not believed, and what to do; null: it is',
  }),
});
export type ClockView = Static<typeof ClockView>;

/** A person says that the clock is right. */
export const ClockConfirmation = Type.Object(
  { now: { ...Ids.timestamp, description: "What that person's own clock says" } },
  { additionalProperties: false },
);
export type ClockConfirmation = Static<typeof ClockConfirmation>;
