import { JobInit, JobRecipe, Requirements } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { DEFAULT_GATE, GatePolicy } from './gate/gate-policy.ts';

const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false } as const;

/** What starts a training of the task by itself; null: that does not. */
const Triggers = Type.Object(
  {
    labels: nullable(
      Type.Object(
        {
          count: Type.Integer({
            minimum: 1,
            description: 'New labels since the last dataset version',
          }),
        },
        closed,
      ),
    ),
    schedule: nullable(
      Type.Object(
        {
          cron: Type.String({ maxLength: 100, description: 'Five fields: 30 2 * * SUN' }),
          timezone: Type.String({ maxLength: 60, description: 'IANA: Europe/Berlin, UTC' }),
        },
        { ...closed, description: 'Starts nothing where nothing is new since the last training' },
      ),
    ),
    drift: nullable(
      Type.Object(
        {
          psi: Type.Number({
            exclusiveMinimum: 0,
            description:
              'Population stability index of a day against the first days: 0.25 is a lot',
          }),
          train: Type.Boolean({
            description: 'Start a job, too, if there are new labels; drift is told in any case',
          }),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** How a task is trained when nobody says otherwise. */
export const TrainingSettings = Type.Object(
  {
    recipe: JobRecipe,
    init: Type.Union([Type.Literal('champion'), JobInit], {
      description: "champion: FP32 of the task's champion; random where there is none",
    }),
    requires: Requirements,
    priority: Type.Integer({ minimum: -100, maximum: 100 }),
    maxAttempts: Type.Integer({ minimum: 1, maximum: 100 }),
    gate: GatePolicy,
    triggers: Triggers,
  },
  closed,
);
export type TrainingSettings = Static<typeof TrainingSettings>;

export const DEFAULT_SETTINGS: TrainingSettings = {
  recipe: {},
  init: 'champion',
  requires: { gpu: false, memoryBytes: 0 },
  priority: 0,
  maxAttempts: 5,
  gate: DEFAULT_GATE,
  triggers: { labels: null, schedule: null, drift: { psi: 0.25, train: false } },
};
