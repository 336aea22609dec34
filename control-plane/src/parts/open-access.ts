import { seconds } from '@edgeloop/protocol';
import { AttemptLimit } from '../access/attempt-limit.ts';
import { ensureFirstToken, readFirstToken } from '../access/first-token.ts';
import { IdempotencyStore } from '../access/idempotency-store.ts';
import { PersonStore } from '../access/people/person-store.ts';
import { loginPath } from '../access/sessions/login-path.ts';
import { openSessions } from '../access/sessions/open-sessions.ts';
import { TokenStore } from '../access/token-store.ts';
import type { Admissions } from '../accounts/admissions.ts';
import { deviceAuthenticator } from '../accounts/device-authenticator.ts';
import { AuditStore } from '../audit/audit-store.ts';
import type { Context } from './context.ts';

/** Failed attempts from one address: the first few are typing errors. */
const ATTEMPTS = { free: 5, bound: 10_000, firstWait: seconds(1), longestWait: seconds(300) };
/**
 * Passwords of one name: guesses from many addresses keep its owner waiting, too, so not for long.
 */
const NAMED_ATTEMPTS = { ...ATTEMPTS, free: 10, longestWait: seconds(60) };

/** Who may use the API, and what they did with it. */
export async function openAccess(
  { config, surroundings: { log, now }, database, time }: Context,
  admissions: Admissions,
) {
  const tokens = new TokenStore({ database, now });
  const people = new PersonStore({ database, now });
  const tokenFile = await ensureFirstToken(config.data, tokens, people);
  if (tokenFile) log.info({ tokenFile }, 'a token that may do everything');
  const attempts = new AttemptLimit({ ...ATTEMPTS, now });
  const context = { database, now, attempts, tokens, people };
  const sessions = openSessions(context, {
    address: { ...ATTEMPTS, now },
    named: { ...NAMED_ATTEMPTS, now },
  });
  return {
    tokenFile,
    attempts,
    ...sessions,
    loginPath: async () => {
      const secret = tokenFile && (await readFirstToken(config.data));
      const holder = secret && (await tokens.holderOf(secret));
      return holder ? loginPath((await sessions.codes.create('login', holder)).secret) : null;
    },
    audit: new AuditStore({ database, now }),
    // What was done is not done again because a clock was set.
    idempotency: new IdempotencyStore({ database, now: () => time.earliest() }),
    devices: deviceAuthenticator(admissions),
  };
}
