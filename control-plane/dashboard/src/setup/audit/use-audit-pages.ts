import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { AuditPage } from '../../../../src/resources/audit-entry.ts';
import { api } from '../../api/client.ts';
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
  /** Counts the filters: what an older one is answered comes too late. */
  const turn = useRef(0);

  const read = useCallback(
    async (cursor: string | null) => {
      const mine = turn.current;
      setPages((known) => ({ ...known, problem: null, loading: true }));
      const query = { action, principal, cursor, limit: LIMIT };
      try {
        const { entries, next } = await api.get<AuditPage>(withQuery('/api/audit', query));
        if (mine !== turn.current) return;
        setPages((known) => ({
          entries: cursor === null ? entries : [...known.entries, ...entries],
          ...{ next, problem: null, loading: false },
        }));
      } catch (error) {
        if (mine !== turn.current) return;
        setPages((known) => ({ ...known, problem: error as Error, loading: false }));
      }
    },
    [action, principal],
  );

  useEffect(() => {
    turn.current += 1;
    setPages(START);
    void read(null);
  }, [read]);

  const { entries, next, problem, loading } = pages;
  return { entries, problem, loading, hasMore: next !== null, more: () => void read(next) };
}
