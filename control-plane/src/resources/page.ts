import Type, { type TSchema } from 'typebox';

export const nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** A query's beginning of a UUID, as people shorten one. */
export const uuidBeginning = Type.Optional(
  Type.String({ pattern: '^[0-9a-f-]{6,36}$', description: 'With which its id begins' }),
);

/** The paging parameters of a list's query. */
export const paging = {
  cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
};

export const DEFAULT_LIMIT = 100;

export const next = nullable(
  Type.String({ description: 'cursor of the next page; null: this is the last' }),
);
