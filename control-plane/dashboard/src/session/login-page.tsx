import { useEffect, useState } from 'preact/hooks';
import type { NewSession, Session as SessionView } from '../../../src/resources/session.ts';
import { api } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { useAction } from '../ui/use-action.ts';
import { InvitationForm } from './invitation-form.tsx';
import type { LoginFragment } from './login-fragment.ts';
import './login-page.css';
import { PasswordForm } from './password-form.tsx';
import { begin, session } from './session-state.ts';
import { TokenForm } from './token-form.tsx';

const WAYS = [
  { value: 'password', label: 'Name and password' },
  { value: 'token', label: 'Token' },
] as const;

interface LoginPageProps {
  /** Of the link that led here. */
  readonly given: LoginFragment | null;
  /** It is done with. */
  readonly onTaken: () => void;
}

/** The ways in: name and password, a pasted token, and what a login link has behind #. */
export function LoginPage({ given, onTaken }: LoginPageProps) {
  const [way, setWay] = useState<'password' | 'token'>('password');
  const action = useAction();

  const enter = (asked: NewSession) =>
    action.run(async () => {
      begin(await api.post<SessionView>('/api/session', asked));
      onTaken();
    });

  useEffect(() => {
    document.title = 'Log in · Edgeloop';
  }, []);

  const code = given?.kind === 'code' ? given.secret : null;
  useEffect(() => {
    if (code !== null) void enter({ code });
  }, [code]);

  const { busy, error } = action;
  const invitation = given?.kind === 'invitation' ? given.secret : null;
  return (
    <main class="login" id="main">
      <div class="login-card">
        <svg class="login-mark" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M25 11a10 10 0 1 0 1.4 7M26 5.6v6h-6" />
          <circle cx="16" cy="16" r="3" />
        </svg>
        <h1>{invitation ? 'Choose your password' : 'Log in to Edgeloop'}</h1>
        {invitation ? (
          <InvitationForm busy={busy} enter={(password) => enter({ invitation, password })} />
        ) : (
          <>
            <Segmented label="How to log in" value={way} options={WAYS} onChange={setWay} />
            {way === 'password' ? (
              <PasswordForm busy={busy} enter={enter} />
            ) : (
              <TokenForm busy={busy} enter={enter} />
            )}
          </>
        )}
        <div class="login-note" aria-live="polite">
          {error && <ErrorNote what="That did not let you in." error={error} />}
        </div>
        {error && session.value && (
          <Button onClick={onTaken}>{`Go on as ${session.value.name}`}</Button>
        )}
        <details class="caption">
          <summary>Can't log in?</summary>
          <p>
            An admin invites you under Setup, People. On the machine of the control plane, this
            prints an address that logs you in once:
          </p>
          <pre>edgeloop-control-plane login-link --data …</pre>
        </details>
      </div>
    </main>
  );
}
