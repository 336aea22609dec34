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

  const read = useCallback(async () => {
    // One at a time: what comes meanwhile is told with the next event.
    if (reading.current) return;
    reading.current = true;
    try {
      for (;;) {
        const query = { after: next.current, limit: PAGE };
        const page = await api.get<JobLogPage>(withQuery(path`/api/jobs/${job}/log`, query));
        next.current = page.next;
        if (page.lines.length > 0) setLines((known) => [...known, ...page.lines]);
        if (page.lines.length < PAGE) break;
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
