import { Assignment, Ids, Reason } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { NewRollout, RolloutPlan } from '../rollouts/plan/plan.ts';
import { RolloutId } from '../rollouts/rollout-id.ts';
import { DeviceOutcome } from '../rollouts/states/device-outcome.ts';
import { DeviceState } from '../rollouts/states/device-states.ts';
import { RolloutState } from '../rollouts/states/rollout-states.ts';
import { next, nullable, paging, uuidBeginning } from './page.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = nullable(Ids.timestamp);
const Wave = Type.Integer({ minimum: 0, description: 'From 0: the canary' });

/**
 * A plan, under an id that may have been given by a preview: the same id, the same devices in each
 * wave.
 */
export const RolloutRequest = Type.Object(
  {
    ...NewRollout.properties,
    rollout: Type.Optional(
      Type.Unsafe<RolloutId>({
        ...RolloutId,
        description: 'Of a preview: the same devices are in the same waves. A new one otherwise',
      }),
    ),
  },
  { additionalProperties: false },
);
export type RolloutRequest = Static<typeof RolloutRequest>;

const WaveProgress = Type.Object({
  wave: Wave,
  devices: Type.Record(Type.String(), Count, { description: 'How many are in each state' }),
});

const LastDecision = Type.Object(
  { at: Ids.timestamp, event: Type.String(), by: Type.String(), reason: Type.String() },
  {
    description:
      'The decision that led it where it is: how it ended, what paused it, what holds it; what devices were told and did since is left out',
  },
);

const summary = {
  rollout: RolloutId,
  name: Type.String(),
  state: RolloutState,
  lane: Type.String({ description: 'What it moves: model/<slot>, configuration' }),
  cargo: Type.String({ description: "The model's digest, the configuration's version" }),
  priority: Type.Integer(),
  wave: Wave,
  waves: Type.Integer({ minimum: 1, description: 'How many there are' }),
  since: Type.Unsafe<Static<typeof Ids.timestamp>>({
    ...Ids.timestamp,
    description: 'When it came into its state',
  }),
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  approvedAt: Time,
  approvedBy: nullable(Type.String()),
  startAt: Type.Union([Ids.timestamp, Type.Null()], { description: 'Null: by hand' }),
  startedAt: Time,
  endedAt: Time,
  reason: Type.Union([Type.String(), Type.Null()], { description: 'Why it does not go on' }),
  decided: LastDecision,
};

export const RolloutSummary = Type.Object(summary);
export type RolloutSummary = Static<typeof RolloutSummary>;

export const RolloutView = Type.Object({
  ...summary,
  pausedFrom: nullable(RolloutState),
  plan: RolloutPlan,
  progress: Type.Array(WaveProgress),
});
export type RolloutView = Static<typeof RolloutView>;

export const RolloutQuery = Type.Object(
  { state: Type.Optional(RolloutState), rollout: uuidBeginning, ...paging },
  { additionalProperties: false },
);
export type RolloutQuery = Static<typeof RolloutQuery>;

export const RolloutPage = Type.Object({ rollouts: Type.Array(RolloutSummary), next });
export type RolloutPage = Static<typeof RolloutPage>;

export const RolloutDeviceQuery = Type.Object(
  {
    state: Type.Optional(DeviceState),
    wave: Type.Optional(Wave),
    ...paging,
  },
  { additionalProperties: false },
);
export type RolloutDeviceQuery = Static<typeof RolloutDeviceQuery>;

const RolloutDevice = Type.Object({
  device: Ids.device,
  wave: Wave,
  state: DeviceState,
  since: Ids.timestamp,
  generation: nullable(Type.Integer({ description: 'Of what it was told last' })),
  before: nullable(Type.String({ description: 'What it ran before' })),
  toldAt: Time,
  attempts: Count,
  outcome: nullable(DeviceOutcome),
  reason: nullable(Reason),
});
export const RolloutDevicePage = Type.Object({ devices: Type.Array(RolloutDevice), next });
export type RolloutDevicePage = Static<typeof RolloutDevicePage>;

export const DecisionQuery = Type.Object(
  {
    order: Type.Optional(
      Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
        description: 'Which comes first. Default: the oldest',
      }),
    ),
    ...paging,
  },
  { additionalProperties: false },
);
export type DecisionQuery = Static<typeof DecisionQuery>;

const DecisionView = Type.Object({
  at: Ids.timestamp,
  event: Type.String({ description: 'What was decided' }),
  by: Type.String({ description: 'token:<name>, gate:<kind>, rollout:<id>, or engine' }),
  from: RolloutState,
  to: RolloutState,
  wave: Wave,
  reason: Type.String(),
  figures: Type.Unknown({ description: 'What it was made from; of gates: each, with its figures' }),
});
export const DecisionPage = Type.Object({ decisions: Type.Array(DecisionView), next });
export type DecisionPage = Static<typeof DecisionPage>;

const Names = Type.Array(Ids.device, { description: 'The first 1000' });

export const RolloutPreview = Type.Object({
  rollout: RolloutId,
  plan: RolloutPlan,
  target: Type.Integer({
    minimum: 0,
    description: 'Devices that fit; those that no wave takes are left alone',
  }),
  waves: Type.Array(
    Type.Object({
      wave: Wave,
      devices: Count,
      names: Names,
      already: Type.Integer({
        minimum: 0,
        description: 'That run it already, and are told nothing',
      }),
      offline: Type.Integer({ minimum: 0, description: 'That are offline now' }),
      bakeNeeded: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
        description:
          'Milliseconds that it must bake at least, for its gates to see the frames that they ask for at the rate that its devices reported last; null: it bakes so long, as far as is known',
      }),
    }),
  ),
  offline: Names,
  gateReasons: Type.Array(Type.String(), {
    description:
      'Why the gate of its training did not let the model through, a sentence for each check; none: it did, or it judged none',
  }),
  conflicts: Type.Array(
    Type.Object({
      rollout: RolloutId,
      name: Type.String(),
      state: RolloutState,
      yields: Type.Boolean({ description: 'It is of a lower priority: the devices are taken' }),
      devices: Count,
      names: Names,
    }),
  ),
});
export type RolloutPreview = Static<typeof RolloutPreview>;

const InState = Type.Record(Type.String(), Type.Array(Ids.device), {
  description: 'Names by state; a state that nobody is in is left out',
});
export const DeviceStatesQuery = Type.Object(
  {
    wave: Type.Optional(Wave),
  },
  { additionalProperties: false },
);
export type DeviceStatesQuery = Static<typeof DeviceStatesQuery>;

export const DeviceStates = Type.Object({
  at: Ids.timestamp,
  waves: Type.Array(Type.Object({ wave: Wave, states: InState })),
  more: Type.Boolean({ description: 'There are more devices than the 20000 that are named' }),
});
export type DeviceStates = Static<typeof DeviceStates>;

export const OrderList = Type.Object({
  orders: Type.Array(
    Type.Object({
      order: Type.String({ description: 'As in the path that carries it out' }),
      devices: Type.Union([Count, Type.Null()], {
        description: 'How many it concerns; null: who fits when it starts',
      }),
      effect: Type.String({ description: 'What it would do now, in a sentence' }),
    }),
    { description: 'Those that have a meaning in the state that it is in' },
  ),
});
export type OrderList = Static<typeof OrderList>;

export const RolloutReason = Type.Object(
  {
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'For the record' }),
    ),
  },
  { additionalProperties: false },
);
export type RolloutReason = Static<typeof RolloutReason>;

export const AssignmentList = Type.Object({
  assignments: Type.Array(
    Type.Object({
      slot: Ids.slot,
      as: Assignment.properties.as,
      generation: Type.Integer({ minimum: 1 }),
      model: Ids.sha256,
      rollout: nullable(RolloutId),
      issuedAt: Ids.timestamp,
      expiresAt: Ids.timestamp,
      takenAt: Type.Union([Ids.timestamp, Type.Null()], {
        description: 'When the device had said that it took it',
      }),
      endedAt: Type.Union([Ids.timestamp, Type.Null()], {
        description: 'When another took its place; null: it holds',
      }),
    }),
    { description: 'Newest first, 1000 at most' },
  ),
});
export type AssignmentList = Static<typeof AssignmentList>;
