import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import type { DeviceId, Sha256 } from '../ids.ts';
import { SignedRoot } from '../signing/keys.ts';

/** Text or number, as a person or a script gives them to a device. */
export const Attributes = Type.Record(
  Type.String({ pattern: '^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$' }),
  Type.Union([Type.String({ maxLength: 200 }), Type.Number()]),
  { maxProperties: 32, description: 'Lower-case names; texts or numbers' },
);
export type Attributes = Static<typeof Attributes>;

/** An Ed25519 signature, base64. */
const Signature = Type.String({ pattern: '^[A-Za-z0-9+/]{86}==$', description: 'Ed25519, base64' });

/** `POST /api/enrol`: a device that was given a token and has made itself a key. */
export const EnrolmentRequest = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 200 }),
    device: Ids.device,
    site: Type.Optional(
      Type.Unsafe<Static<typeof Ids.site>>({
        ...Ids.site,
        description: 'What the device is configured for: refused where the token is for another',
      }),
    ),
    publicKey: Type.String({
      pattern: '^[A-Za-z0-9+/]{59}=$',
      description: 'Ed25519, SubjectPublicKeyInfo (DER), base64',
    }),
    proof: Type.Unsafe<string>({ ...Signature, description: 'Of enrolmentStatement, by the key' }),
    attributes: Type.Optional(Attributes),
  },
  { additionalProperties: false },
);
export type EnrolmentRequest = Static<typeof EnrolmentRequest>;

/** `POST /api/device/credential`: a device that wants another password. */
export const CredentialRequest = Type.Object(
  {
    device: Ids.device,
    generation: Type.Integer({ minimum: 1, description: 'Of the credential that it replaces' }),
    proof: Type.Unsafe<string>({ ...Signature, description: 'Of credentialStatement, by the key' }),
  },
  { additionalProperties: false },
);
export type CredentialRequest = Static<typeof CredentialRequest>;

/** What a device may do with MQTT and HTTP from now on. */
export const DeviceCredential = Type.Object({
  device: Ids.device,
  site: Ids.site,
  credential: Type.Object({
    username: Type.String({ description: 'The device id; also its MQTT client id' }),
    password: Type.String({ description: 'Told once: only its hash is kept' }),
  }),
  generation: Type.Integer({ minimum: 1, description: 'One more with each new password' }),
  mqtt: Type.Object({ url: Type.String({ description: 'As far as the control plane can tell' }) }),
  server: Type.String({ description: 'URL of the API, as the device asked it' }),
  root: Type.Optional(
    Type.Unsafe<SignedRoot>({
      ...SignedRoot,
      description: 'The newest root keys: a device that trusts none yet begins with these',
    }),
  ),
});
export type DeviceCredential = Static<typeof DeviceCredential>;

/**
 * What a device signs to enrol: nobody who overhears it can enrol another device or key with the
 * token.
 * @param token SHA-256 of the token's text
 * @param publicKey as in the request
 */
export function enrolmentStatement(token: Sha256, device: DeviceId, publicKey: string): string {
  return ['edgeloop v1 enrol', token, device, publicKey].join('\n');
}

/**
 * What a device signs for a new password. It holds once: the next statement has another generation.
 * No clock is needed.
 */
export function credentialStatement(device: DeviceId, generation: number): string {
  return ['edgeloop v1 credential', device, String(generation)].join('\n');
}

/**
 * How a refusal says which generation it expected, so that a device whose last answer was lost can
 * ask again.
 */
export const generationRefusal = {
  write: (now: number, received: number): string =>
    `Expected generation ${now}, which the credential is of now, received ${received}. Ask again with it.`,
  /** Null: it was refused for another reason. */
  read: (detail: string): number | null => {
    const now = /^Expected generation (\d+),/.exec(detail)?.[1];
    return now === undefined ? null : Number(now);
  },
} as const;
