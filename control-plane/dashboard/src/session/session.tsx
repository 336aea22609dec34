import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { onSignedOut } from '../api/client.ts';
import { live } from '../api/live.ts';
import type { Problem } from '../api/problem.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { LOGIN_PATH, takeLoginFragment } from './login-fragment.ts';
import { LoginPage } from './login-page.tsx';
import { end, readSession, session } from './session-state.ts';

/**
 * Who is logged in is asked before anything else is shown. Where nobody is, the login stands at the
 * same address, so that afterwards one is where one wanted to be.
 */
export function Session({ children }: { children: ComponentChildren }) {
  const [location, navigate] = useLocation();
  const [given, setGiven] = useState(takeLoginFragment);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = () =>
    readSession().then(
      () => setProblem(null),
      (error: Problem) => (error.status === 401 ? end() : setProblem(error)),
    );

  useEffect(() => {
    onSignedOut(end);
    void read();
    const seen = () => document.hidden || void read();
    // A link that is pasted where the login stands already loads no page.
    const pasted = () => setGiven((known) => takeLoginFragment() ?? known);
    document.addEventListener('visibilitychange', seen);
    addEventListener('hashchange', pasted);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('hashchange', pasted);
    };
  }, []);

  // The stream of events says nothing of why it ended: a session that is over ends it, too.
  const lost = live.value === 'lost';
  useEffect(() => {
    if (lost) void read();
  }, [lost]);

  const known = session.value;
  const isDone = known && !given && location === LOGIN_PATH;
  useEffect(() => {
    if (isDone) navigate('/', { replace: true });
  }, [isDone, navigate]);

  if (given || known === null) return <LoginPage given={given} onTaken={() => setGiven(null)} />;
  if (known) return <>{children}</>;
  if (!problem) return null;
  return <ErrorNote what="It is not known who you are." error={problem} retry={read} />;
}
