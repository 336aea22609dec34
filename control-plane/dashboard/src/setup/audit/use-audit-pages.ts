import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { AuditPage } from '../../../../src/resources/audit-entry.ts';
import { api } from '../../api/client.ts';
import { keepAsking } from '../../api/keep-asking.ts';
import { withQuery } from '../../api/path.ts';

interface Filter {
  /** Empty: any. */
  readonly action: string;
  readonly principal: string;
}

interface Pages {
  readonly entries: AuditPage['entries'];
  readonly next: string | null;
  readonly problem: Error | null;
  readonly loading: boolean;
}

const START: Pages = { entries: [], next: null, problem: null, loading: true };
const LIMIT = 50;

/** The log, newest first, as many pages as were asked for. */
export function useAuditPages({ action, principal }: Filter) {
  const [pages, setPages] = useState<Pages>(START);
  /** Ends what is read: what another filter asked for comes too late. */
  const endReading = useRef(() => {});

  const read = useCallback(
    (cursor: string | null) => {
      endReading.current();
      setPages((known) => ({ ...known, problem: null, loading: true }));
      const query = { action, principal, cursor, limit: LIMIT };
      endReading.current = keepAsking({
        ask: (signal) => api.get<AuditPage>(withQuery('/api/audit', query), signal),
        onAnswer: ({ entries, next }) =>
          setPages((known) => ({
            entries: cursor === null ? entries : [...known.entries, ...entries],
            next,
            problem: null,
            loading: false,
          })),
        onProblem: (problem) => setPages((known) => ({ ...known, problem, loading: false })),
      });
    },
    [action, principal],
  );

  useEffect(() => {
    setPages(START);
    read(null);
    return () => endReading.current();
  }, [read]);

  const { entries, next, problem, loading } = pages;
  return { entries, problem, loading, hasMore: next !== null, more: () => read(next) };
}
