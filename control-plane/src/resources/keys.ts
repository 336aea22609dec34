import { Ids, KeyId } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

const Key = Type.Object({
  keyId: KeyId,
  privateHere: Type.Boolean({ description: 'The control plane can sign with it' }),
});

/** The root that counts now, and what it lets which keys do. */
export const KeysView = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  issuedAt: Ids.timestamp,
  expiresAt: Ids.timestamp,
  problem: Type.Union([Type.String(), Type.Null()], {
    description: 'Why no model is taken; null: all is well',
  }),
  folder: Type.String({ description: 'Of edgeloop keys, on the machine of the control plane' }),
  threshold: Type.Integer({ minimum: 1, description: 'So many root keys sign the next version' }),
  root: Type.Array(Key, { description: 'Say which keys count' }),
  packages: Type.Array(Key, { description: 'May sign packages of models; the newest first' }),
  assignments: Type.Array(Key, { description: 'May sign what a device runs; the newest first' }),
});
export type KeysView = Static<typeof KeysView>;
