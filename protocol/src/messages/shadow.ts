import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { headDigest } from './head.ts';
import { MOST_COUNTED } from './most-counted.ts';

const Count = Type.Integer({ minimum: 0, maximum: MOST_COUNTED });
const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: MOST_COUNTED, description });

/**
 * How a candidate agrees with the model that decides, by slot. Cumulative since the agent started
 * (`bootId`).
 */
export const Shadow = Type.Object({
  bootId: Ids.boot,
  at: Ids.timestamp,
  slots: Type.Record(
    Type.String(),
    Type.Object({
      active: Ids.sha256,
      head: headDigest,
      candidate: Ids.sha256,
      every: Type.Integer({
        minimum: 1,
        maximum: MOST_COUNTED,
        description: 'Of so many frames one is compared',
      }),
      compared: Count,
      agreed: Count,
      byClass: Type.Record(Type.String(), Type.Object({ compared: Count, agreed: Count }), {
        description: 'By the winning class of the model that decides',
      }),
      skipped: Type.Object({
        busy: count('There was no time'),
        hot: count('The device was too hot'),
      }),
      failed: Count,
      inferenceMillis: Type.Object({
        counts: Type.Array(Count, { description: 'By INFERENCE_BUCKETS_MS, the last the rest' }),
        sum: Type.Number({ minimum: 0, maximum: MOST_COUNTED }),
      }),
    }),
  ),
});
export type Shadow = Static<typeof Shadow>;
