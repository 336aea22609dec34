import Type, { type Static, type TProperties } from 'typebox';
import { SignedAssignment } from '../signing/assignment.ts';
import { ByReason } from './sample.ts';

const Share = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Integer({ minimum: 0 });

/** A policy: what is absent stays as the device has it, null switches it off. */
const Policy = <Properties extends TProperties>(properties: Properties) =>
  Type.Optional(Type.Union([Type.Object(properties), Type.Null()]));

/**
 * What a device keeps for labelling. What is absent stays as agent.yaml or the agent itself has it.
 */
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

/** Which models a slot may run. What is absent stays as it is; a shadow that is absent ends. */
export const DesiredSlot = Type.Object({
  active: Type.Optional(SignedAssignment),
  shadow: Type.Optional(
    Type.Object({
      assignment: SignedAssignment,
      every: Type.Integer({ minimum: 1, description: 'Of so many frames it looks at one' }),
    }),
  ),
});
export type DesiredSlot = Static<typeof DesiredSlot>;

/** What holds over the device's own agent.yaml, as a JSON merge patch (RFC 7396). */
export const DesiredConfiguration = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  settings: Type.Record(Type.String(), Type.Unknown()),
  heard: Type.Optional(
    Type.Boolean({
      description:
        'The control plane has heard the device report this version: it may be kept. Without that the device takes it back',
    }),
  ),
});
export type DesiredConfiguration = Static<typeof DesiredConfiguration>;

/**
 * What should run on a device. The last one said is what holds; the device reports the version that
 * it applied.
 */
export const Desired = Type.Object({
  version: Type.Integer({ minimum: 0 }),
  sampling: Type.Optional(SamplingSettings),
  root: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Newest version of the root keys: what the device lacks it fetches',
    }),
  ),
  slots: Type.Optional(Type.Record(Type.String(), DesiredSlot)),
  configuration: Type.Optional(DesiredConfiguration),
});
export type Desired = Static<typeof Desired>;
