import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { EventKind } from '../../../src/events/event-kinds.ts';
import { ask } from './client.ts';
import { type LiveEvent, listen } from './live.ts';
import { onceSeen } from './once-seen.ts';
import { mayPass, type Problem } from './problem.ts';

export interface ResourceOptions {
  /** Events after which it is read again. */
  readonly on?: readonly EventKind[];
  /** Of those, which concern it. Default: all. */
  readonly concerns?: (event: LiveEvent) => boolean;
  /** Where they are many: those of one device alone, on a stream of their own. */
  readonly device?: string;
  /** Read again so often, in ms, while the page is seen. */
  readonly every?: number;
}

export interface Resource<Body> {
  /** The last that was known, also while it is read again or fails. */
  readonly value: Body | undefined;
  readonly etag: string | null;
  /** Why the last reading failed. */
  readonly problem: Problem | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface State<Body> {
  readonly path: string | null;
  readonly value: Body | undefined;
  readonly etag: string | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
}

/** Readings that events ask for are this far apart at least, in ms. */
const PAUSE = 250;
/** After a failure it is asked again, in ms. */
const RETRY = 5_000;

/** What a GET gives, kept fresh by events. @param path null: nothing is read yet */
export function useResource<Body>(
  path: string | null,
  { on = [], concerns = () => true, device = '', every }: ResourceOptions = {},
): Resource<Body> {
  const [state, setState] = useState<State<Body>>(() => empty(path));
  const asked = useRef<AbortController | null>(null);
  const again = useRef(false);
  const giveUp = useRef(() => {});
  const concerned = useRef(concerns);
  concerned.current = concerns;

  // Who asks while it is read is answered by another reading after this one: what is on its way may
  // be older.
  const read = useCallback(async () => {
    if (path === null) return;
    again.current = true;
    if (asked.current) return;
    const controller = new AbortController();
    asked.current = controller;
    const { signal } = controller;
    giveUp.current();
    let problem: Problem | null = null;
    while (again.current && !signal.aborted) {
      again.current = false;
      problem = null;
      try {
        const { body: value, etag } = await ask<Body>('GET', path, { signal });
        if (!signal.aborted) setState({ path, value, etag, problem, loading: false });
      } catch (error) {
        problem = error as Problem;
        const failed = { problem, loading: false };
        if (!signal.aborted) {
          setState((known) => ({
            ...(known.path === path ? known : empty<Body>(path)),
            ...failed,
          }));
        }
      }
    }
    if (signal.aborted) return;
    asked.current = null;
    const next = problem !== null && mayPass(problem) ? RETRY : every;
    if (next !== undefined) giveUp.current = onceSeen(read, next);
  }, [path, every]);

  useEffect(() => {
    setState((known) => (known.path === path ? known : empty(path)));
    void read();
    return () => {
      asked.current?.abort();
      asked.current = null;
      giveUp.current();
    };
  }, [read, path]);

  const kinds = on.join(',');
  useEffect(() => {
    if (kinds === '' || path === null) return undefined;
    let pending: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        void read();
      }, PAUSE);
    };
    const end = listen(
      kinds.split(',') as EventKind[],
      (event) => concerned.current(event) && soon(),
      soon,
      device,
    );
    return () => {
      end();
      clearTimeout(pending);
    };
  }, [kinds, path, read, device]);

  const known = state.path === path ? state : empty<Body>(path);
  const { value, etag, problem, loading } = known;
  return { value, etag, problem, loading, reload: () => void read() };
}

const empty = <Body>(path: string | null): State<Body> => ({
  path,
  value: undefined,
  etag: null,
  problem: null,
  loading: path !== null,
});
