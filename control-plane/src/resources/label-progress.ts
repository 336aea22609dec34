import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Instant } from './instant.ts';
import { nullable } from './page.ts';
import { TriggerTry } from './trigger-try.ts';

const Count = Type.Integer({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0, maximum: 1 });

const TestedShare = Type.Object(
  { right: Count, samples: Count, low: Ratio, high: Ratio },
  { description: "On test samples; low and high: Wilson's interval, 95 %" },
);

const ChampionRecall = Type.Union([
  Type.Object({ state: Type.Literal('tested'), recall: TestedShare }),
  Type.Object({ state: Type.Literal('untested') }),
  Type.Object({ state: Type.Literal('unknown-class') }),
  Type.Object({ state: Type.Literal('no-champion') }),
]);

const ClassProgress = Type.Object({
  class: Type.String(),
  labels: Count,
  newLabels: Type.Union([Count, Type.Null()], {
    description: "Given since the champion's dataset was frozen; null: nobody knows",
  }),
  champion: Type.Unsafe<Static<typeof ChampionRecall>>({
    ...ChampionRecall,
    description: 'untested: its test had none of the class; unknown-class: it does not have it',
  }),
  queue: Type.Object(
    { waiting: Count, unsure: Count, uncertainty: nullable(Ratio) },
    {
      description:
        'What waits that the model takes for it; unsure: the two best scores less than 0.2 apart; uncertainty: the mean',
    },
  ),
  lately: Type.Object(
    { guessed: Count, wrong: Count },
    {
      description:
        'Of the latest 200 labels, those of this class: seen by a model before, and taken for another. They were chosen where it was unsure: no accuracy',
    },
  ),
});

export const LabelProgressQuery = Type.Object(
  {
    since: Type.Optional(
      Type.Unsafe<string>({
        ...Instant,
        description: 'When your day began, in the last week; default: midnight UTC',
      }),
    ),
  },
  { additionalProperties: false },
);
export type LabelProgressQuery = Static<typeof LabelProgressQuery>;

/** How far labelling is, and what the next training would gain by it. */
export const LabelProgressView = Type.Object({
  task: Ids.task,
  classes: Type.Array(ClassProgress, { description: 'In the order of the task' }),
  none: Type.Integer({ minimum: 0, description: 'Not any of the classes' }),
  disputed: Count,
  queue: Type.Object({
    waiting: Type.Integer({ minimum: 0, description: 'Without a label, and disputed' }),
    forYou: Type.Integer({
      minimum: 0,
      description: 'Nobody else holds it, and you said nothing of it yet',
    }),
  }),
  today: Type.Object({
    since: Ids.timestamp,
    all: Count,
    yours: Count,
    by: Type.Array(Type.Object({ by: Type.String(), labels: Count }), {
      description: 'By hand, and not taken back; who said most first',
    }),
  }),
  training: Type.Object({
    newLabels: Type.Integer({ minimum: 0, description: 'Since the newest dataset version' }),
    startsAfter: nullable(Count),
    left: Type.Union([Count, Type.Null()], { description: 'null: no number of labels starts one' }),
    active: Type.Boolean({ description: 'One waits or runs' }),
    lastTry: Type.Union([TriggerTry, Type.Null()], {
      description: 'Of a trigger, to start one; null: none has tried yet',
    }),
    nextAt: Type.Union([Ids.timestamp, Type.Null()], {
      description:
        'When one is tried by the clock: each minute while one is due and is refused, else by the schedule; null: labels or drift alone start one',
    }),
    words: Type.String(),
  }),
  gain: Type.Object({
    champion: nullable(Ids.sha256),
    test: nullable(TestedShare),
    helpful: nullable(
      Type.Object({
        class: Type.String(),
        because: Type.Union([Type.Literal('missed'), Type.Literal('fewest')]),
        need: nullable(Ratio),
      }),
    ),
    words: Type.Array(Type.String(), {
      description: 'A sentence for each thing that is known, and for each that is not',
    }),
  }),
});
export type LabelProgressView = Static<typeof LabelProgressView>;
