import { useEffect, useState } from 'preact/hooks';
import { onceSeen } from '../api/once-seen.ts';

/** In ms. */
const EVERY = 30_000;

/** What the control plane says is wrong with itself, looked at now and then. */
export function useServerProblems(): readonly string[] {
  const [problems, setProblems] = useState<readonly string[]>([]);
  useEffect(() => {
    const closing = new AbortController();
    let giveUp = () => {};
    const look = async () => {
      try {
        // 503 says what is wrong: no failure of the question.
        const answer = await fetch('/healthz', { signal: closing.signal });
        const { problems: found } = (await answer.json()) as { problems: readonly string[] };
        setProblems((known) => (known.join('\n') === found.join('\n') ? known : found));
      } catch {
        // That nobody answers is said by what the page itself asks for.
      }
      if (!closing.signal.aborted) giveUp = onceSeen(() => void look(), EVERY);
    };
    void look();
    return () => {
      closing.abort();
      giveUp();
    };
  }, []);
  return problems;
}
