import { Attributes, CameraState, Health, Ids, Reported, Tombstone } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { nullable } from './page.ts';
import { Tag, Tags } from './registration.ts';

const DeviceState = Type.Union(
  [Type.Literal('online'), Type.Literal('offline'), Type.Literal('unknown')],
  { description: 'unknown: the broker has not said since this control plane connected to it' },
);

const summary = {
  site: Ids.site,
  device: Ids.device,
  state: DeviceState,
  stateAt: nullable(Ids.timestamp),
  firstSeenAt: Ids.timestamp,
  lastSeenAt: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'When it last said something itself; null: only kept messages are known',
  }),
  agentVersion: nullable(Type.String()),
  bootId: nullable(Ids.boot),
  enrolledAt: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'Null: it never enrolled, and is let in without a name',
  }),
  revokedAt: nullable(Ids.timestamp),
  tags: Tags,
  attributes: Attributes,
};

export const DeviceSummary = Type.Object(summary);
export type DeviceSummary = Static<typeof DeviceSummary>;

/** Also `attribute.<name>=<value>`, as many as one likes. */
export const DeviceQuery = Type.Object(
  {
    site: Type.Optional(Ids.site),
    state: Type.Optional(DeviceState),
    tag: Type.Optional(Tag),
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  {
    additionalProperties: false,
    // attribute.<name>=<value>, any of them
    patternProperties: { '^attribute\\.': Type.String() },
  },
);
export type DeviceQuery = Static<typeof DeviceQuery> &
  Readonly<Record<`attribute.${string}`, string>>;

export const DevicePage = Type.Object({
  devices: Type.Array(DeviceSummary),
  next: nullable(Type.String({ description: 'cursor of the next page; null: this is the last' })),
});
export type DevicePage = Static<typeof DevicePage>;

const Count = Type.Integer({ minimum: 0 });

const StreamView = Type.Object({
  stream: Ids.stream,
  through: Type.Integer({
    minimum: 0,
    description: 'Every number up to here is stored, or lost for a reason that a tombstone gives',
  }),
  stored: Type.Unsafe<number>({ ...Count, description: 'Rows up to through' }),
  lost: Type.Unsafe<number>({ ...Count, description: 'The other numbers up to through' }),
  tombstones: Type.Array(
    Type.Object({
      from: Tombstone.properties.from,
      to: Tombstone.properties.to,
      reason: Tombstone.properties.reason,
      receivedAt: Ids.timestamp,
    }),
    { description: 'The newest 100, newest first' },
  ),
});
export type StreamView = Static<typeof StreamView>;

export const DeviceView = Type.Object({
  now: Type.Integer({ description: 'Milliseconds since 1970, by this server' }),
  silentAfterMillis: Type.Integer({ description: 'If it says nothing for so long it is silent' }),
  ...summary,
  reported: nullable(Reported),
  health: nullable(Health),
  cameras: Type.Record(Type.String(), CameraState),
  streams: Type.Array(StreamView, { description: 'The newest 20, the one in use first' }),
  streamsInAll: Type.Unsafe<number>({ ...Count, description: 'Also those that are not shown' }),
});
export type DeviceView = Static<typeof DeviceView>;
/** What the store knows of it. */
export type KnownDevice = Omit<DeviceView, 'now' | 'silentAfterMillis'>;
