import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Tags } from './registration.ts';

const TimeOrNull = Type.Union([Ids.timestamp, Type.Null()]);
const Name = Type.String({ minLength: 1, maxLength: 100 });

export const NewEnrolmentToken = Type.Object(
  {
    name: Name,
    site: Ids.site,
    devices: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9*](?:[a-z0-9*-]{0,61}[a-z0-9*])?$',
        description: 'Device ids that may enrol with it, * for any part: line-*. Default: any',
      }),
    ),
    tags: Type.Optional(Tags),
    uses: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Devices that may enrol. Default 1',
      }),
    ),
    expiresAt: Type.Optional(
      Type.Unsafe<Static<typeof Ids.timestamp>>({
        ...Ids.timestamp,
        description: 'Default: in a week. At most a year',
      }),
    ),
    replace: Type.Optional(
      Type.Boolean({
        description: 'A device that is enrolled already may enrol again, with another key',
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewEnrolmentToken = Static<typeof NewEnrolmentToken>;

export const EnrolmentToken = Type.Object({
  id: Type.String(),
  name: Name,
  site: Ids.site,
  devices: Type.Union([Type.String(), Type.Null()]),
  tags: Tags,
  replace: Type.Boolean(),
  uses: Type.Integer(),
  used: Type.Integer(),
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  expiresAt: Ids.timestamp,
  revokedAt: TimeOrNull,
});
export type EnrolmentToken = Static<typeof EnrolmentToken>;

export const CreatedEnrolmentToken = Type.Object({
  token: EnrolmentToken,
  secret: Type.String({ description: 'Told once: only its hash is kept' }),
});

export const EnrolmentTokenList = Type.Object({ tokens: Type.Array(EnrolmentToken) });
