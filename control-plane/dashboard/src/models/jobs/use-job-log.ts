import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { JobLogPage } from '../../../../src/resources/job.ts';
import { api } from '../../api/client.ts';
import { listen } from '../../api/live.ts';
import { path, withQuery } from '../../api/path.ts';

export type LogLine = JobLogPage['lines'][number];

const PAGE = 1000;

/** What the trainers of a job said, and what they say: each line is read once. */
export function useJobLog(job: string): { lines: readonly LogLine[]; problem: Error | null } {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [problem, setProblem] = useState<Error | null>(null);
  const next = useRef(0);
  const reading = useRef(false);
  const again = useRef(false);

  const read = useCallback(async () => {
    // One at a time; what is told meanwhile is read after it.
    again.current = true;
    if (reading.current) return;
    reading.current = true;
    try {
      while (again.current) {
        again.current = false;
        const query = { after: next.current, limit: PAGE };
        const page = await api.get<JobLogPage>(withQuery(path`/api/jobs/${job}/log`, query));
        next.current = page.next;
        if (page.lines.length > 0) setLines((known) => [...known, ...page.lines]);
        if (page.lines.length === PAGE) again.current = true;
      }
      setProblem(null);
    } catch (error) {
      setProblem(error as Error);
    }
    reading.current = false;
  }, [job]);

  useEffect(() => {
    void read();
    return listen(
      ['job.progress', 'job.changed'],
      ({ subject }) => subject.job === job && void read(),
      () => void read(),
    );
  }, [job, read]);

  return { lines, problem };
}
