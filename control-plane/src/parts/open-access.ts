import { seconds } from '@edgeloop/protocol';
import { AttemptLimit } from '../access/attempt-limit.ts';
import { ensureFirstToken } from '../access/first-token.ts';
import { IdempotencyStore } from '../access/idempotency-store.ts';
import { TokenStore } from '../access/token-store.ts';
import type { Admissions } from '../accounts/admissions.ts';
import { deviceAuthenticator } from '../accounts/device-authenticator.ts';
import { AuditStore } from '../audit/audit-store.ts';
import type { Context } from './context.ts';

/** Failed attempts from one address: the first few are typing errors. */
const ATTEMPTS = {
  ...{ free: 5, bound: 10_000 },
  ...{ firstWait: seconds(1), longestWait: seconds(300) },
};

/** Who may use the API, and what they did with it. */
export async function openAccess(
  { config, surroundings: { log, now }, database }: Context,
  admissions: Admissions,
) {
  const tokens = new TokenStore({ database, now });
  const tokenFile = await ensureFirstToken(config.data, tokens);
  if (tokenFile) log.info({ tokenFile }, 'a token that may do everything');
  return {
    ...{ tokens, tokenFile },
    audit: new AuditStore({ database, now }),
    idempotency: new IdempotencyStore({ database, now }),
    attempts: new AttemptLimit({ ...ATTEMPTS, now }),
    devices: deviceAuthenticator(admissions),
  };
}
