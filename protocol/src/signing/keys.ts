import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';

/** The first 32 hexadecimal digits of SHA-256 over the 32 bytes of the public key. */
export type KeyId = string & { readonly key: unique symbol };

export const KeyId = Type.Unsafe<KeyId>(
  Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Begins SHA-256 of the public key' }),
);

/** 64 bytes, RFC 8032. */
const SignatureText = Type.String({
  pattern: '^[A-Za-z0-9_-]{86}$',
  description: 'Ed25519, base64url',
});

export const Signature = Type.Object({
  keyId: KeyId,
  algorithm: Type.Literal('ed25519'),
  signature: SignatureText,
});
export type Signature = Static<typeof Signature>;

/** Beside `manifest.json`: over that file's bytes. */
export const MANIFEST_SIGNATURE_FILE = 'manifest.sig.json';

export const PublicKey = Type.Object({
  keyId: KeyId,
  algorithm: Type.Literal('ed25519'),
  publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: '32 bytes, base64url' }),
});
export type PublicKey = Static<typeof PublicKey>;

/** Of one root: those that were replaced and are not revoked count, too. */
export const MOST_PACKAGE_KEYS = 32;

/**
 * Which keys count for what. Version N+1 replaces N when enough root keys of both have signed it:
 * this is how a key is changed without a visit to the devices. The private root keys are needed for
 * that alone, and kept off every server.
 */
export const RootKeys = Type.Object({
  type: Type.Literal('edgeloop-root'),
  version: Type.Integer({ minimum: 1 }),
  issued: Ids.timestamp,
  expires: Ids.timestamp,
  keys: Type.Array(PublicKey, { minItems: 1, maxItems: 64 }),
  root: Type.Object({
    keys: Type.Array(KeyId, { minItems: 1, maxItems: 16 }),
    threshold: Type.Integer({ minimum: 1, description: 'So many of them must sign' }),
  }),
  /** May sign packages. */
  packages: Type.Array(KeyId, { maxItems: MOST_PACKAGE_KEYS }),
  /** May sign assignments: what a device runs. */
  assignments: Type.Array(KeyId, { maxItems: 32 }),
});
export type RootKeys = Static<typeof RootKeys>;

export const SignedRoot = Type.Object({
  signed: RootKeys,
  signatures: Type.Array(Signature, { minItems: 1, maxItems: 32 }),
});
export type SignedRoot = Static<typeof SignedRoot>;
