import {
  type EnrolmentRequest,
  type EpochMillis,
  enrolmentStatement,
  type Sha256,
} from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import { hashSecret } from '../access/secret.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import { setAttributes, setTags } from './device-marks.ts';
import type { EnrolmentTokenStore, TokenRow } from './enrolment-token-store.ts';
import { fitsPattern } from './id-pattern.ts';
import { raiseRevision } from './raise-revision.ts';
import { type Renewed, readRegistration } from './registration-store.ts';
import { verifySignature } from './verify-signature.ts';

export interface EnrolParts {
  readonly database: Database;
  readonly accounts: Pick<AccountStore, 'create' | 'renew'>;
  readonly tokens: Pick<EnrolmentTokenStore, 'take'>;
  readonly now: () => EpochMillis;
}

/**
 * Lets a device in, all of it or nothing: a token that may be used once enrols one device, whoever
 * else asks at the same time.
 * @throws ControlPlaneError `UNAUTHENTICATED` for a token or a proof that is not right; `FORBIDDEN`
 * for a device that the token is not for; `CONFLICT` for one that is enrolled already
 */
export function enrolDevice(parts: EnrolParts, request: EnrolmentRequest): Promise<Renewed> {
  const { device, publicKey, proof } = request;
  const hash = hashSecret(request.token);
  const statement = enrolmentStatement(hash as Sha256, device, publicKey);
  if (!verifySignature(publicKey, statement, proof)) {
    const message =
      "Expected a proof that is the key's signature of this token, device and key, received another.";
    throw new ControlPlaneError('UNAUTHENTICATED', message);
  }
  return parts.database.transaction().execute(async (trx) => {
    const token = await parts.tokens.take(trx, hash);
    if (!token) {
      const message =
        'Expected an enrolment token that is known, unexpired, not revoked and not used up, received another. Make a new one.';
      throw new ControlPlaneError('UNAUTHENTICATED', message);
    }
    checkFits(token, request);
    const password = await takeName(trx, parts, token, request);
    await trx
      .insertInto('enrolments')
      .values({
        device,
        site: token.site,
        public_key: publicKey,
        token: token.id,
        enrolled_at: parts.now(),
        leaving_at: null,
      })
      .execute();
    await setTags(trx, device, JSON.parse(token.tags) as string[]);
    await setAttributes(trx, device, request.attributes ?? {});
    await addToDevices(trx, parts.now(), token, request);
    await raiseRevision(trx, device, parts.now());
    return { registration: await readRegistration(trx, device), password };
  });
}

function checkFits({ site, pattern }: TokenRow, request: EnrolmentRequest): void {
  if (!fitsPattern(pattern, request.device)) {
    const message = `Expected a device id such as ${pattern} for this token, received ${request.device}.`;
    throw new ControlPlaneError('FORBIDDEN', message);
  }
  if (request.site !== undefined && request.site !== site) {
    const message = `Expected the site ${site}, which this token is for, received ${request.site}. Change the device's configuration, or use another token.`;
    throw new ControlPlaneError('FORBIDDEN', message);
  }
}

/** A new account, or that of the device which this one replaces. @returns its password */
async function takeName(
  trx: Transaction<Tables>,
  { accounts }: EnrolParts,
  { may_replace }: TokenRow,
  { device, publicKey }: EnrolmentRequest,
): Promise<string> {
  await checkKeyIsNew(trx, device, publicKey);
  const account = { name: device, kind: 'device' } as const;
  const before = await trx
    .selectFrom('enrolments')
    .innerJoin('accounts', 'accounts.name', 'enrolments.device')
    .select(['generation', 'leaving_at'])
    .where('device', '=', device)
    .executeTakeFirst();
  if (!before) return accounts.create(trx, account);
  if (!may_replace || before.leaving_at !== null) {
    const message = `Expected a device that is not enrolled, received ${device}. Use a token that says replace, or decommission the device first.`;
    throw new ControlPlaneError('CONFLICT', message);
  }
  await setTags(trx, device, []);
  await setAttributes(trx, device, {});
  await trx.deleteFrom('enrolments').where('device', '=', device).execute();
  await trx.updateTable('accounts').set({ revoked_at: null }).where('name', '=', device).execute();
  return (await accounts.renew(trx, account, before.generation)) as string;
}

/** A copied card must not become two devices with one key. */
async function checkKeyIsNew(
  trx: Transaction<Tables>,
  device: string,
  publicKey: string,
): Promise<void> {
  const other = await trx
    .selectFrom('enrolments')
    .select('device')
    .where('public_key', '=', publicKey)
    .executeTakeFirst();
  if (!other || other.device === device) return;
  const message =
    "Expected a key that no other device has, received one that is enrolled already. Remove the key from the device's state folder: it makes its own.";
  throw new ControlPlaneError('CONFLICT', message);
}

/** It is listed from now on, before it says a word. */
async function addToDevices(
  trx: Transaction<Tables>,
  now: EpochMillis,
  { site }: TokenRow,
  { device }: EnrolmentRequest,
): Promise<void> {
  await trx
    .insertInto('devices')
    .values({ device, site, state_at: null, first_seen_at: now, last_seen_at: null })
    .onConflict((conflict) => conflict.column('device').doUpdateSet({ site }))
    .execute();
}
