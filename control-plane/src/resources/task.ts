import { Ids } from '@edgeloop/protocol';
import Type, { type Static, type TSchema } from 'typebox';
import { ClassName, MOST_CLASSES } from '../labels/class-name.ts';
import { AliasName } from '../registry/alias-name.ts';
import { nullable } from './page.ts';

const classesOf = <Name extends TSchema>(name: Name) =>
  Type.Array(name, {
    maxItems: MOST_CLASSES,
    uniqueItems: true,
    description: 'In the order in which they came; they are only ever added',
  });
/** Of one that is there: an earlier version took other names. */
const Classes = classesOf(Type.String({ minLength: 1, maxLength: 100 }));

export const NewTask = Type.Object(
  { task: Ids.task, classes: Type.Optional(classesOf(ClassName)) },
  { additionalProperties: false },
);
export type NewTask = Static<typeof NewTask>;

export const AliasView = Type.Object({
  alias: AliasName,
  digest: Ids.sha256,
  setAt: Ids.timestamp,
  setBy: Type.String(),
});
export type AliasView = Static<typeof AliasView>;

export const TaskView = Type.Object({
  task: Ids.task,
  classes: Classes,
  aliases: Type.Array(AliasView),
  hasWaiting: Type.Boolean({ description: 'Samples wait for a label, or are disputed' }),
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
});
export type TaskView = Static<typeof TaskView>;

export const TaskList = Type.Object({ tasks: Type.Array(TaskView) });

export const AliasChangeQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type AliasChangeQuery = Static<typeof AliasChangeQuery>;

export const AliasChangePage = Type.Object({
  changes: Type.Array(
    Type.Object({
      alias: AliasName,
      from: nullable(Ids.sha256),
      to: nullable(Ids.sha256),
      at: Ids.timestamp,
      by: Type.String(),
    }),
  ),
  next: nullable(Type.String({ description: 'cursor of the next page; null: this is the last' })),
});
export type AliasChangePage = Static<typeof AliasChangePage>;
