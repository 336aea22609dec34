import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

export const PersonName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,62}$',
  description: 'Lower case letters, digits, dots, dashes. Never given to somebody else',
});

const PersonRole = Type.Union(
  [
    Type.Literal('viewer'),
    Type.Literal('labeller'),
    Type.Literal('operator'),
    Type.Literal('admin'),
  ],
  {
    description:
      'viewer sees, labeller labels too, operator runs the fleet too, admin gives access too',
  },
);

const TimeOrNull = (description: string) =>
  Type.Union([Ids.timestamp, Type.Null()], { description });

export const NewPerson = Type.Object(
  { name: PersonName, role: PersonRole },
  { additionalProperties: false },
);
export type NewPerson = Static<typeof NewPerson>;

export const PersonChange = Type.Object(
  {
    role: Type.Optional(PersonRole),
    disabled: Type.Optional(
      Type.Boolean({ description: 'True ends every session, and what acts for the person' }),
    ),
  },
  { additionalProperties: false },
);
export type PersonChange = Static<typeof PersonChange>;

export const Person = Type.Object({
  name: PersonName,
  role: PersonRole,
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  passwordAt: TimeOrNull('Null: the invitation was not taken yet'),
  disabledAt: TimeOrNull('Null: may log in'),
  sessions: Type.Integer({ description: 'Browsers that are logged in' }),
  seenAt: TimeOrNull('In one of those, to the minute'),
});
export type Person = Static<typeof Person>;

export const PersonList = Type.Object({ people: Type.Array(Person) });

export const InvitedPerson = Type.Object({
  person: Person,
  invitation: Type.Object({
    secret: Type.String({ description: 'Told once. Whoever has it chooses the password' }),
    expiresAt: Ids.timestamp,
    path: Type.String({
      description: 'Of the dashboard. The secret is behind #: no server and no log sees it',
    }),
  }),
});
export type InvitedPerson = Static<typeof InvitedPerson>;
