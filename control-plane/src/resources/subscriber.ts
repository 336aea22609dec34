import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

const reads = {
  sites: Type.Array(Ids.site, { maxItems: 1000 }),
  devices: Type.Array(Ids.device, { maxItems: 1000 }),
};

export const SubscriberName = Type.Unsafe<string>({
  ...Ids.device,
  description: 'Its username. No device has it, too',
});

export const NewSubscriber = Type.Object(
  {
    name: SubscriberName,
    sites: Type.Optional(reads.sites),
    devices: Type.Optional(reads.devices),
  },
  { additionalProperties: false },
);
export type NewSubscriber = Static<typeof NewSubscriber>;

/**
 * Reads all that the devices of some sites say and are told, and some devices wherever they are;
 * writes nothing.
 */
export const Subscriber = Type.Object({
  name: SubscriberName,
  ...reads,
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  generation: Type.Integer({ description: 'Of its password' }),
  passwordAt: Ids.timestamp,
});
export type Subscriber = Static<typeof Subscriber>;

export const SubscriberWithPassword = Type.Object({
  subscriber: Subscriber,
  password: Type.String({ description: 'Told once: only its hash is kept' }),
  mqtt: Type.Object({ url: Type.String({ description: 'Of the broker, where to connect to' }) }),
});
export type SubscriberWithPassword = Static<typeof SubscriberWithPassword>;

export const SubscriberList = Type.Object({ subscribers: Type.Array(Subscriber) });
