import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { ClassName } from '../labels/class-name.ts';
import { SampleLabel, SampleView } from './sample.ts';

/** What a person says of a sample. */
export const NewLabel = Type.Union([
  Type.Object(
    { kind: Type.Literal('class'), class: ClassName },
    { additionalProperties: false, description: 'It is of this class' },
  ),
  Type.Object(
    { kind: Type.Literal('none') },
    { additionalProperties: false, description: 'It is not any of the classes' },
  ),
  Type.Object(
    { kind: Type.Literal('skip') },
    { additionalProperties: false, description: 'Others may know' },
  ),
]);
export type NewLabel = Static<typeof NewLabel>;

const LabelEventView = Type.Object({
  id: Type.Integer({ description: 'In the order of saying' }),
  by: Type.String({ description: 'token:<name>' }),
  at: Ids.timestamp,
  settles: Type.Boolean({ description: "An operator's word: it counts whatever others said" }),
  kind: Type.Union([
    Type.Literal('class'),
    Type.Literal('none'),
    Type.Literal('skip'),
    Type.Literal('undo'),
  ]),
  class: Type.Optional(Type.String()),
  undoes: Type.Optional(Type.Integer({ description: 'The event that is taken back' })),
});
export const LabelHistory = Type.Object({ events: Type.Array(LabelEventView) });
export type LabelHistory = Static<typeof LabelHistory>;

export const LabellingView = Type.Object({
  task: Ids.task,
  sha256: Ids.sha256,
  event: LabelEventView,
  label: Type.Unsafe<SampleLabel>({
    ...SampleLabel,
    description: 'What follows from all that was said',
  }),
});
export type LabellingView = Static<typeof LabellingView>;

export const QueueRequest = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, description: 'Default 1' })),
  },
  { additionalProperties: false },
);
export type QueueRequest = Static<typeof QueueRequest>;

export const QueuePage = Type.Object({
  samples: Type.Array(Type.Intersect([SampleView, Type.Object({ leasedUntil: Ids.timestamp })]), {
    description: 'The most informative first; nobody else gets them until leasedUntil',
  }),
});
export type QueuePage = { samples: (SampleView & { leasedUntil: string })[] };

export const NewClass = Type.Object({ class: ClassName }, { additionalProperties: false });
export type NewClass = Static<typeof NewClass>;

export const ClassList = Type.Object({ classes: Type.Array(Type.String()) });
export type ClassList = Static<typeof ClassList>;
