import Type, { type Static, type TProperties } from 'typebox';
import { ByReason } from './sample.ts';

const Share = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Integer({ minimum: 0 });

/** A policy: what is absent stays as the device has it, null switches it off. */
const Policy = <Properties extends TProperties>(properties: Properties) =>
  Type.Optional(Type.Union([Type.Object(properties), Type.Null()]));

/** What a device keeps for labelling. What is absent stays as agent.yaml or the agent itself has it. */
export const SamplingSettings = Type.Object({
  budgets: Type.Optional(
    Type.Object({
      perHour: Type.Optional(Count),
      perDay: Type.Optional(Count),
      bytesPerDay: Type.Optional(Count),
      shares: Type.Optional(
        Type.Partial(ByReason(Share), {
          description:
            'Of each budget, what a reason may use at most; what `random` may use is kept free for it',
        }),
      ),
    }),
  ),
  cooldownMillis: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Between samples of one camera, drawn ones aside' }),
  ),
  random: Policy({ oneIn: Type.Optional(Type.Integer({ minimum: 1 })) }),
  uncertain: Policy({
    margin: Type.Optional(Share),
    entropy: Type.Optional(Share),
  }),
  rare: Policy({
    share: Type.Optional(Share),
    minFrames: Type.Optional(Count),
  }),
  changed: Policy({
    distance: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
  }),
});
export type SamplingSettings = Static<typeof SamplingSettings>;

/** What should run on a device. The last one said is what holds; the device reports the version that it applied. */
export const Desired = Type.Object({
  version: Type.Integer({ minimum: 0 }),
  sampling: Type.Optional(SamplingSettings),
});
export type Desired = Static<typeof Desired>;
