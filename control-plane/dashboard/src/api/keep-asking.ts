import { mayPass, type Problem } from './problem.ts';

/** After a failure it is asked again, in ms. */
const RETRY = 5_000;

interface Asking<Answer> {
  /** @throws Problem */
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  readonly onAnswer: (answer: Answer) => void;
  /** Each time that it fails. */
  readonly onProblem: (problem: Problem) => void;
}

interface Times {
  /** Before it is asked at first, in ms. */
  readonly first?: number;
  /** @returns what gives it up */
  readonly later?: (run: () => void, millis: number) => () => void;
}

/**
 * Asks until there is an answer, or a refusal that asking again would not change.
 * @returns what ends it: nothing is told after that
 */
export function keepAsking<Answer>(
  { ask, onAnswer, onProblem }: Asking<Answer>,
  { first = 0, later = afterMillis }: Times = {},
): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const attempt = () => {
    ask(signal).then(
      (answer) => {
        if (!signal.aborted) onAnswer(answer);
      },
      (problem: Problem) => {
        if (signal.aborted) return;
        onProblem(problem);
        if (mayPass(problem)) giveUp = later(attempt, RETRY);
      },
    );
  };
  let giveUp = later(attempt, first);
  return () => {
    giveUp();
    ended.abort();
  };
}

function afterMillis(run: () => void, millis: number): () => void {
  const timer = setTimeout(run, millis);
  return () => clearTimeout(timer);
}
