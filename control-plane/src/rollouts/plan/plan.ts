import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { GateSettings } from '../gates/gate-settings.ts';
import { TargetFilter } from './target.ts';
import { DailyWindow } from './window.ts';

const CLOSED = { additionalProperties: false };
const Duration = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 90 * 86_400_000,
    description: `Milliseconds. ${description}`,
  });

/** What a rollout brings to its devices. */
export const Cargo = Type.Union([
  Type.Object(
    { kind: Type.Literal('model'), task: Ids.task, slot: Ids.slot, model: Ids.sha256 },
    CLOSED,
  ),
  Type.Object(
    { kind: Type.Literal('configuration'), version: Type.Integer({ minimum: 1 }) },
    CLOSED,
  ),
]);
export type Cargo = Static<typeof Cargo>;

const WaveSize = Type.Union([
  Type.Object({ count: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }, CLOSED),
  Type.Object(
    {
      percent: Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description: 'Of the whole target, with the waves before',
      }),
    },
    CLOSED,
  ),
  Type.Object({ filter: TargetFilter }, CLOSED),
]);
export type WaveSize = Static<typeof WaveSize>;

const waveFields = {
  size: WaveSize,
  bakeMillis: Duration('So long the wave is watched once its devices have ended'),
  deadlineMillis: Duration('So long has a device, from when it is told; after that it is late'),
  gates: Type.Array(GateSettings, {
    minItems: 1,
    maxItems: 20,
    description:
      'All must pass when the bake is over. Without any a wave would be judged by nobody',
  }),
};
const Wave = Type.Object(waveFields, CLOSED);

const NewWave = Type.Object(
  {
    size: WaveSize,
    bakeMillis: Type.Optional(waveFields.bakeMillis),
    deadlineMillis: Type.Optional(waveFields.deadlineMillis),
    gates: Type.Optional(waveFields.gates),
  },
  CLOSED,
);

const OfflinePolicy = Type.Union(
  [Type.Literal('wait'), Type.Literal('skip'), Type.Literal('fail')],
  {
    description:
      'What of a device that is offline when its turn comes. wait: it is told, and has until its deadline. skip: the wave goes on without it; it joins when it is back. fail: it counts as failed',
  },
);

const ShadowPhase = Type.Object(
  {
    devices: Type.Union([Type.Literal('first wave'), TargetFilter]),
    every: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Of so many frames one' }),
    forMillis: Duration('So long the candidate looks on'),
    gates: Type.Optional(waveFields.gates),
  },
  CLOSED,
);

const Start = Type.Union([Type.Literal('now'), Type.Literal('by hand'), Ids.timestamp]);

const common = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  cargo: Cargo,
  target: TargetFilter,
  start: Start,
  offline: OfflinePolicy,
  priority: Type.Integer({
    minimum: -100,
    maximum: 100,
    description: 'One of a higher priority takes devices away from one of a lower',
  }),
  approval: Type.Boolean({
    description: 'Somebody other than who made it must approve it before it starts',
  }),
  champion: Type.Boolean({
    description: "When it completes, the task's champion is this model",
  }),
};

/**
 * A rollout as it was planned, nothing left open. It is stored: what a later version needs of it
 * more, `readRollout` adds to those that an earlier one has stored, or they would be aborted.
 */
export const RolloutPlan = Type.Object(
  {
    ...common,
    waves: Type.Array(Wave, { minItems: 1, maxItems: 20 }),
    window: Type.Union([DailyWindow, Type.Null()]),
    atOnce: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
      description: 'So many devices at most are at it at the same time; null: a whole wave',
    }),
    shadow: Type.Union([Type.Required(ShadowPhase), Type.Null()]),
  },
  CLOSED,
);
export type RolloutPlan = Static<typeof RolloutPlan>;

/** What may be said of a rollout; the rest has its default. */
export const NewRollout = Type.Object(
  {
    ...Type.Partial(Type.Object(common)).properties,
    cargo: Cargo,
    waves: Type.Array(NewWave, {
      minItems: 1,
      maxItems: 20,
      description: 'The first is the canary. What no wave takes is left alone',
    }),
    window: Type.Optional(DailyWindow),
    atOnce: Type.Optional(Type.Integer({ minimum: 1 })),
    shadow: Type.Optional(ShadowPhase),
  },
  CLOSED,
);
export type NewRollout = Static<typeof NewRollout>;
