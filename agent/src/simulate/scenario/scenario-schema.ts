import { DURATION_PATTERN, Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Strict } from '../../config/strict.ts';

const Duration = Type.String({ pattern: DURATION_PATTERN });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Shift = Type.Number({ minimum: -1, maximum: 1 });
const Spread = Type.Number({ minimum: 0, maximum: 2 });
const Class = Type.String({ minLength: 1, maxLength: 100 });
/** Always, or the first so many times of each device. */
const Times = Type.Union([Type.Literal('always'), Type.Integer({ minimum: 1, maximum: 1000 })]);

/** Weights by class: `{good: 8, scratched: 2}`. */
const Mix = Type.Record(Class, Type.Number({ minimum: 0, maximum: 1e6 }), { minProperties: 1 });

/** What stands before the cameras. */
const Scene = Strict({
  mix: Type.Optional(Mix),
  spread: Type.Optional(Spread),
  dusk: Type.Optional(
    Strict({
      after: Duration,
      over: Type.Optional(Duration),
      mix: Type.Optional(Mix),
      confidence: Type.Optional(Shift),
    }),
  ),
});

/** How a model does that is well. */
const Model = Strict({
  confidence: Type.Optional(Strict({ mean: Share, deviation: Share })),
  inference: Type.Optional(Strict({ median: Duration, spread: Type.Optional(Spread) })),
  agreement: Type.Optional(Share),
});

/** Which devices: so many of all, or these. Absent: each. */
const Devices = Type.Union([
  Strict({ share: Share }),
  Strict({ names: Type.Array(Ids.device, { minItems: 1 }) }),
]);

/**
 * When: while it runs this model, and from so long after all were connected, for so long. Absent:
 * always.
 */
const When = Strict({
  runs: Type.Optional(Type.String({ minLength: 1 })),
  after: Type.Optional(Duration),
  for: Type.Optional(Duration),
});

const Does = Strict({
  slow: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 })),
  confidence: Type.Optional(Shift),
  swap: Type.Optional(Type.Array(Class, { minItems: 2, maxItems: 2 })),
  agreement: Type.Optional(Share),
  hot: Type.Optional(Type.Boolean()),
  lies: Type.Optional(Type.Union([Type.Literal('model'), Type.Literal('counters')])),
  mute: Type.Optional(Type.Boolean()),
  offline: Type.Optional(Type.Boolean()),
  flaps: Type.Optional(Strict({ up: Duration, down: Duration })),
  crashes: Type.Optional(Strict({ every: Duration })),
  dies: Type.Optional(Type.Boolean()),
  failsDownload: Type.Optional(Times),
  failsSelfTest: Type.Optional(Times),
  refusesConfiguration: Type.Optional(Type.Boolean()),
});
export type DoesFile = Static<typeof Does>;

const Behaviour = Strict({
  devices: Type.Optional(Devices),
  when: Type.Optional(When),
  does: Does,
});

/** A scenario as a person writes it, in YAML or JSON. See docs/simulator.md. */
export const ScenarioFile = Strict({
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
  slot: Type.Optional(Ids.slot),
  models: Type.Optional(Type.Record(Type.String({ minLength: 1 }), Ids.sha256)),
  runs: Type.Optional(Type.String({ minLength: 1 })),
  health: Type.Optional(
    Strict({
      interval: Type.Optional(Duration),
      frames: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    }),
  ),
  scene: Type.Optional(Scene),
  model: Type.Optional(Model),
  update: Type.Optional(
    Strict({
      downloads: Type.Optional(Type.Union([Type.Literal('real'), Type.Literal('scripted')])),
      probation: Type.Optional(Duration),
    }),
  ),
  attributes: Type.Optional(
    Type.Record(
      Type.String({ minLength: 1 }),
      Type.Array(Type.Union([Type.String({ maxLength: 200 }), Type.Number()]), { minItems: 1 }),
    ),
  ),
  behaviours: Type.Optional(Type.Array(Behaviour)),
});
export type ScenarioFile = Static<typeof ScenarioFile>;
