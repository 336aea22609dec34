import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { GatePolicy } from './gate-policy.ts';

const Count = Type.Integer({ minimum: 0 });
const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

const Check = Type.Object({
  name: Type.Union([
    Type.Literal('predictions'),
    Type.Literal('samples'),
    Type.Literal('floors'),
    Type.Literal('champion'),
    Type.Literal('new-classes'),
    Type.Literal('int8'),
  ]),
  passed: Type.Boolean(),
  reason: Type.String({ description: 'A sentence with the figures that it follows from' }),
  samplesNeeded: nullable(
    Type.Integer({
      minimum: 1,
      description:
        'Test samples with which this could have been decided; null: more would not help',
    }),
  ),
});
export type Check = Static<typeof Check>;

const Comparison = Type.Object({
  package: Ids.sha256,
  samples: Type.Integer({ minimum: 0, description: 'Of classes that both know' }),
  right: Count,
  championRight: Count,
  wins: Type.Integer({ minimum: 0, description: 'That it alone gets right' }),
  losses: Type.Integer({ minimum: 0, description: 'That the champion alone gets right' }),
  p: nullable(Type.Number({ description: 'One-sided mid-p of McNemar; null without samples' })),
});
export type Comparison = Static<typeof Comparison>;

const ClassFigures = Type.Object({
  samples: Count,
  int8Right: Count,
  float32Right: nullable(Count),
  championRight: nullable(Count),
});
export type ClassFigures = Static<typeof ClassFigures>;

/** Whether a trained model may become `candidate`, with all that the answer follows from. */
export const Verdict = Type.Object({
  passed: Type.Boolean(),
  checks: Type.Array(Check),
  figures: Type.Object({
    samples: Count,
    int8Right: nullable(Count),
    float32Right: nullable(Count),
    comparison: nullable(Comparison),
    classes: Type.Record(Type.String(), ClassFigures),
  }),
  policy: GatePolicy,
});
export type Verdict = Static<typeof Verdict>;
