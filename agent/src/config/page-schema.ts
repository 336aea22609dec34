import Type from 'typebox';
import { Strict } from './strict.ts';

/** Characters. Whoever reaches the port may try some thousand a day. */
const SHORTEST_PASSWORD = 12;

export const HOST_NAME = '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$';

/** The local page. */
export const PageFile = Type.Union([
  Strict({
    password: Type.Optional(Type.String({ minLength: SHORTEST_PASSWORD })),
    names: Type.Optional(Type.Array(Type.String({ pattern: HOST_NAME }), { maxItems: 16 })),
  }),
  Type.Literal('off'),
]);
