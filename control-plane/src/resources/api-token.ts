import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

export const Role = Type.Union(
  [
    Type.Literal('viewer'),
    Type.Literal('labeller'),
    Type.Literal('trainer'),
    Type.Literal('operator'),
    Type.Literal('admin'),
  ],
  {
    description:
      'viewer sees, labeller labels too, operator runs the fleet too, admin gives access too; trainer sees and takes jobs',
  },
);

const TimeOrNull = Type.Union([Ids.timestamp, Type.Null()]);

export const NewApiToken = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'That no other token has which still counts',
    }),
    role: Role,
    expiresAt: Type.Optional(Ids.timestamp),
  },
  { additionalProperties: false },
);
export type NewApiToken = Static<typeof NewApiToken>;

export const ApiToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  person: Type.Union([Type.String(), Type.Null()], {
    description: "Whom it acts for: who made it in a browser. Null: nobody, it is a program's",
  }),
  expiresAt: TimeOrNull,
  revokedAt: TimeOrNull,
  lastUsedAt: Type.Union([Ids.timestamp, Type.Null()], { description: 'To the minute' }),
});
export type ApiToken = Static<typeof ApiToken>;

export const CreatedApiToken = Type.Object({
  token: ApiToken,
  secret: Type.String({ description: 'Told once: only its hash is kept' }),
});

export const ApiTokenList = Type.Object({ tokens: Type.Array(ApiToken) });
