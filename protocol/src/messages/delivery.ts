import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { MOST_COUNTED } from './most-counted.ts';

/** How many rows beyond `delivered.through` a device sends before it waits: the back-pressure. */
export const DELIVERY_WINDOW = 256;

/**
 * Everything of `stream` up to `through` is stored, or known as lost by a tombstone. 0: nothing
 * yet. `resend`: something after it got lost on its way, and what came behind that is not kept:
 * send from `through + 1` on again. Not retained then.
 */
export const Delivered = Type.Object({
  stream: Ids.stream,
  through: Type.Integer({ minimum: 0 }),
  resend: Type.Optional(Type.Boolean({ description: 'Send from through + 1 on again' })),
});
export type Delivered = Static<typeof Delivered>;

/**
 * Rows `from`…`to` (both inclusive) of the stream will never come, and why: evicted by the outbox's
 * bound of `rows`, `bytes` or `age`; `acknowledged`: already deleted, since a store that is gone
 * had acknowledged them; `corrupt`: unreadable on the device's disk.
 */
export const Tombstone = Type.Object({
  stream: Ids.stream,
  from: Type.Integer({ minimum: 1, maximum: MOST_COUNTED }),
  to: Type.Integer({ minimum: 1, maximum: MOST_COUNTED }),
  reason: Type.Union([
    Type.Literal('rows'),
    Type.Literal('bytes'),
    Type.Literal('age'),
    Type.Literal('acknowledged'),
    Type.Literal('corrupt'),
  ]),
});
export type Tombstone = Static<typeof Tombstone>;
