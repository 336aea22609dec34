import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

const Subject = Type.Object(
  {
    site: Type.Optional(Type.String()),
    device: Type.Optional(Type.String()),
    label: Type.Optional(Type.String()),
    task: Type.Optional(Type.String()),
    job: Type.Optional(Type.String()),
    rollout: Type.Optional(Type.String()),
  },
  { additionalProperties: false, description: 'Only events about these' },
);

export const NewWebhook = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://.+',
      maxLength: 2000,
      description: 'Without a user and a password: what is sent is signed',
    }),
    kinds: Type.Array(Type.String({ pattern: '^[a-z]+\\.([a-z]+|\\*)$' }), {
      minItems: 1,
      description:
        'Such as job.changed, or job.* for all of a noun. Not picture.changed and occurrence.pictured: those are told in /api/events alone',
    }),
    subject: Type.Optional(Subject),
  },
  { additionalProperties: false },
);
export type NewWebhook = Static<typeof NewWebhook>;

const Count = Type.Integer({ minimum: 0 });

export const Webhook = Type.Object({
  id: Type.String(),
  url: Type.String(),
  kinds: Type.Array(Type.String()),
  subject: Subject,
  createdAt: Ids.timestamp,
  waiting: Type.Unsafe<number>({ ...Count, description: 'Events not delivered yet' }),
  givenUp: Type.Unsafe<number>({
    ...Count,
    description: 'Events not delivered in three days, or beyond the bound',
  }),
  lastAnswer: Type.Union([Type.String(), Type.Null()], {
    description: 'What the receiver said last, or why it was not reached',
  }),
});
export type Webhook = Static<typeof Webhook>;

export const CreatedWebhook = Type.Object({
  webhook: Webhook,
  secret: Type.String({ description: 'To check signatures with; told once' }),
});
export type CreatedWebhook = Static<typeof CreatedWebhook>;

export const WebhookList = Type.Object({ webhooks: Type.Array(Webhook) });
