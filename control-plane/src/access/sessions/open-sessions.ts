import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { AccessChanges } from '../access-changes.ts';
import { AttemptLimit, type AttemptLimitOptions } from '../attempt-limit.ts';
import { PasswordDesk } from '../people/password-desk.ts';
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

/** All that logs people in. @param named the limit of guesses at the password of one name */
export function openSessions(context: SessionsContext, named: AttemptLimitOptions) {
  const { people, tokens, attempts } = context;
  const sessions = new SessionStore(context);
  const codes = new LoginCodeStore(context);
  const signIn = new SignIn({
    ...{ people, tokens, codes, sessions, attempts },
    ...{ desk: new PasswordDesk(), namedAttempts: new AttemptLimit(named) },
  });
  return { people, tokens, sessions, codes, signIn, changes: new AccessChanges() };
}
