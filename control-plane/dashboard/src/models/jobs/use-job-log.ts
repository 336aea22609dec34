import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { JobLogPage } from '../../../../src/resources/job.ts';
import { api } from '../../api/client.ts';
import { keepAsking } from '../../api/keep-asking.ts';
import { listen } from '../../api/live.ts';
import { path, withQuery } from '../../api/path.ts';
import { mayPass } from '../../api/problem.ts';

export type LogLine = JobLogPage['lines'][number];

const PAGE = 1000;

/** What the trainers of a job said, and what they say: each line is read once. */
export function useJobLog(job: string): { lines: readonly LogLine[]; problem: Error | null } {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [problem, setProblem] = useState<Error | null>(null);
  const next = useRef(0);
  /** Null: nothing is read. */
  const endReading = useRef<(() => void) | null>(null);
  const again = useRef(false);

  // One page at a time; what is told meanwhile is read after it.
  const read = useCallback(() => {
    again.current = true;
    if (endReading.current) return;
    const readPage = () => {
      again.current = false;
      endReading.current = keepAsking({
        ask: (signal) => {
          const query = { after: next.current, limit: PAGE };
          return api.get<JobLogPage>(withQuery(path`/api/jobs/${job}/log`, query), signal);
        },
        onAnswer: (page) => {
          next.current = page.next;
          if (page.lines.length > 0) setLines((known) => [...known, ...page.lines]);
          setProblem(null);
          endReading.current = null;
          if (again.current || page.lines.length === PAGE) readPage();
        },
        onProblem: (why) => {
          setProblem(why);
          if (!mayPass(why)) endReading.current = null;
        },
      });
    };
    readPage();
  }, [job]);

  useEffect(() => {
    read();
    const endListening = listen(
      ['job.progress', 'job.changed'],
      ({ subject }) => subject.job === job && read(),
      read,
    );
    return () => {
      endListening();
      endReading.current?.();
      endReading.current = null;
    };
  }, [job, read]);

  return { lines, problem };
}
