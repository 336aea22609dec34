import { ByReason, type EpochMillis, Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { NEW_LEDGER } from './ledger.ts';

const Count = Type.Integer({ minimum: 0 });
const Account = Type.Object({
  number: Type.Integer(),
  samples: ByReason(Count),
  bytes: ByReason(Count),
});
const Time = Type.Unsafe<EpochMillis>(Type.Number());

/**
 * What sampling must not forget over a restart: what was kept in this hour and day, and the open
 * burst by camera.
 */
export const SamplingState = Type.Object({
  ledger: Type.Object({ hour: Account, day: Account }),
  bursts: Type.Record(Type.String(), Type.Object({ id: Ids.burst, begunAt: Time, lastAt: Time })),
});
export type SamplingState = Static<typeof SamplingState>;

export const NEW_STATE: SamplingState = { ledger: NEW_LEDGER, bursts: {} };
