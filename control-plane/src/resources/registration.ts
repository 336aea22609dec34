import { Attributes, Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

export const Tag = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$' });
export const Tags = Type.Array(Tag, { maxItems: 32 });

const TimeOrNull = Type.Union([Ids.timestamp, Type.Null()]);

/**
 * What a device is to the fleet: it changes when someone changes it. What it says of itself is the
 * device's view.
 */
export const Registration = Type.Object({
  device: Ids.device,
  site: Ids.site,
  tags: Tags,
  attributes: Attributes,
  enrolledAt: Ids.timestamp,
  enrolledWith: Type.String({ description: 'Id of the enrolment token' }),
  generation: Type.Integer({ description: 'Of its credential' }),
  credentialAt: Ids.timestamp,
  revokedAt: TimeOrNull,
  publicKey: Type.String({ description: 'Ed25519, SubjectPublicKeyInfo, base64' }),
});
export type Registration = Static<typeof Registration>;

export const RegistrationChange = Type.Object(
  {
    site: Type.Optional(Ids.site),
    tags: Type.Optional(Tags),
    attributes: Type.Optional(Attributes),
  },
  { additionalProperties: false },
);
export type RegistrationChange = Static<typeof RegistrationChange>;

export const Decommissioned = Type.Object({
  device: Ids.device,
  detections: Type.Integer({ description: 'That were removed' }),
  pictures: Type.Union([Type.Integer(), Type.Null()], {
    description: 'That were removed; null: it was not asked for',
  }),
  retained: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Retained messages that were cleared on the broker; null: it did not answer',
  }),
});
export type Decommissioned = Static<typeof Decommissioned>;
