import { ByReason, DURATION_PATTERN, SIZE_PATTERN } from '@edgeloop/protocol';
import Type, { type Static, type TProperties } from 'typebox';
import { Strict } from './strict.ts';

const Duration = Type.String({ pattern: DURATION_PATTERN });
const Size = Type.String({ pattern: SIZE_PATTERN });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Integer({ minimum: 0 });

const OrOff = <Properties extends TProperties>(properties: Properties) =>
  Type.Optional(Type.Union([Strict(properties), Type.Literal('off')]));

/** `sampling` of agent.yaml. */
export const SamplingFile = Type.Union([
  Strict({
    budgets: Type.Optional(
      Strict({
        perHour: Type.Optional(Count),
        perDay: Type.Optional(Count),
        bytesPerDay: Type.Optional(Size),
        shares: Type.Optional(Type.Partial(ByReason(Share), { additionalProperties: false })),
      }),
    ),
    cooldown: Type.Optional(Duration),
    random: OrOff({ oneIn: Type.Optional(Type.Integer({ minimum: 1 })) }),
    uncertain: OrOff({ margin: Type.Optional(Share), entropy: Type.Optional(Share) }),
    rare: OrOff({ share: Type.Optional(Share), minFrames: Type.Optional(Count) }),
    changed: OrOff({ distance: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })) }),
    store: Type.Optional(
      Strict({
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        bytes: Type.Optional(Size),
        minFree: Type.Optional(Size),
      }),
    ),
    upload: Type.Optional(Strict({ bandwidth: Type.Optional(Size) })),
  }),
  Type.Literal('off'),
]);
export type SamplingFile = Static<typeof SamplingFile>;
