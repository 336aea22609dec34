import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Ids.timestamp,
  principal: Type.String({ description: 'person:<name>, token:<name>, device:<id>' }),
  via: Type.Union([Type.String(), Type.Null()], {
    description: 'The token that acted for the person; null: none did',
  }),
  address: Type.String({ description: 'Where the request came from' }),
  action: Type.String({ description: 'operationId of the request' }),
  subject: Type.String({ description: 'Its path' }),
  status: Type.Integer({
    description:
      'Of the answer. 202: an import begins to take in; without an entry after it that has its outcome, the process ended before',
  }),
  request: Type.Unknown({ description: 'What was asked for, without secrets' }),
});

export const AuditQuery = Type.Object(
  {
    action: Type.Optional(Type.String()),
    principal: Type.Optional(Type.String()),
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditPage = Type.Object({
  entries: Type.Array(AuditEntry, { description: 'Newest first' }),
  next: Type.Union([Type.String(), Type.Null()], {
    description: 'cursor of the next page; null: this is the last',
  }),
});
export type AuditPage = Static<typeof AuditPage>;
