import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { AccessChanges } from '../access-changes.ts';
import { AttemptLimit, type AttemptLimitOptions } from '../attempt-limit.ts';
import { PasswordService } from '../people/password-service.ts';
import type { PersonStore } from '../people/person-store.ts';
import type { TokenStore } from '../token-store.ts';
import { LoginCodeStore } from './login-code-store.ts';
import { SessionStore } from './session-store.ts';
import { SignIn } from './sign-in.ts';

interface SessionsContext {
  readonly database: Database;
  readonly now: () => EpochMillis;
  readonly tokens: TokenStore;
  readonly people: PersonStore;
  readonly attempts: AttemptLimit;
}

interface PasswordLimits {
  /** Of guesses at passwords from one address. */
  readonly address: AttemptLimitOptions;
  /** Of guesses at the password of one name. */
  readonly named: AttemptLimitOptions;
}

/** All that logs people in. */
export function openSessions(context: SessionsContext, { address, named }: PasswordLimits) {
  const { people, tokens, attempts } = context;
  const sessions = new SessionStore(context);
  const codes = new LoginCodeStore(context);
  const signIn = new SignIn({
    people,
    tokens,
    codes,
    sessions,
    attempts,
    passwordService: new PasswordService(),
    passwordAttempts: new AttemptLimit(address),
    namedAttempts: new AttemptLimit(named),
  });
  return { people, tokens, sessions, codes, signIn, changes: new AccessChanges() };
}
