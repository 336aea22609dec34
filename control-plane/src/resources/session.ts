import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Role } from './api-token.ts';
import { PersonName } from './person.ts';

const Secret = (what: string) => Type.String({ minLength: 1, maxLength: 200, description: what });

/** The four ways in. */
export const NewSession = Type.Union([
  Type.Object(
    { name: PersonName, password: Secret('Of the person') },
    { additionalProperties: false },
  ),
  Type.Object({ token: Secret('A token of the API') }, { additionalProperties: false }),
  Type.Object({ code: Secret('Of a login link: works once') }, { additionalProperties: false }),
  Type.Object(
    {
      invitation: Secret('Works once'),
      password: Secret('The first password, or another: at least 10 characters'),
    },
    { additionalProperties: false },
  ),
]);
export type NewSession = Static<typeof NewSession>;

/** Who asks, and how. */
export const Session = Type.Object({
  who: Type.String({
    description: 'As in the audit log and beside what they made: person:<name>, token:<name>',
  }),
  kind: Type.Union([Type.Literal('person'), Type.Literal('token')]),
  name: Type.String(),
  role: Role,
  csrf: Type.Union([Type.String(), Type.Null()], {
    description:
      'Goes with each change, in the header x-edgeloop-csrf. Null: who asks with a token needs none',
  }),
  expiresAt: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'When the session ends at the latest. Null: a token asks, without a session',
  }),
});
export type Session = Static<typeof Session>;

export const LoginLink = Type.Object({
  code: Type.String({ description: 'Works once' }),
  expiresAt: Ids.timestamp,
  path: Type.String({
    description: 'Of the dashboard. The code is behind #: no server and no log sees it',
  }),
});
export type LoginLink = Static<typeof LoginLink>;

export const PasswordChange = Type.Object(
  {
    password: Secret('As it is now'),
    newPassword: Secret('At least 10 characters'),
  },
  { additionalProperties: false },
);
export type PasswordChange = Static<typeof PasswordChange>;
