import { useEffect, useRef, useState } from 'preact/hooks';
import type { DetectionPage, StoredDetection } from '../../../../src/resources/detection.ts';
import { api } from '../../api/client.ts';
import { listen } from '../../api/live.ts';
import { withQuery } from '../../api/path.ts';
import type { Problem } from '../../api/problem.ts';
import { apiFilter, type DetectionFilter, isLive } from '../filter/detection-filter.ts';
import { matches } from '../filter/matches.ts';
import {
  addOlder,
  type DetectionList,
  EMPTY_LIST,
  hear,
  MOST_ROWS,
  showWaiting,
} from './detection-list.ts';

const PAGE = 100;
/** What is stored meanwhile comes together, in ms. */
const TOGETHER = 250;

interface Detections {
  readonly list: DetectionList;
  readonly state: 'reading' | 'read' | 'failed';
  readonly problem: Problem | null;
  /** Reads what is older; null: there is nothing, or as much as is drawn. */
  readonly readOlder: (() => void) | null;
  readonly show: () => void;
  readonly reload: () => void;
}

/**
 * Stored detections that fit, and what is stored from now on.
 * @param follows whether what comes is shown at once; else it waits
 */
export function useDetections(filter: DetectionFilter, follows: () => boolean): Detections {
  const [list, setList] = useState<DetectionList>(EMPTY_LIST);
  const [next, setNext] = useState<string | null>(null);
  const [state, setState] = useState<Detections['state']>('reading');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const reading = useRef(false);
  const following = useRef(follows);
  following.current = follows;
  const key = JSON.stringify(filter);

  const read = async (cursor: string | null, signal: AbortSignal) => {
    setState('reading');
    reading.current = true;
    const query = { ...apiFilter(filter, Date.now()), limit: PAGE, cursor };
    try {
      const page = await api.get<DetectionPage>(withQuery('/api/detections', query), signal);
      setList((known) => addOlder(cursor === null ? EMPTY_LIST : known, page.detections));
      setNext(page.next);
      setState('read');
      setProblem(null);
    } catch (error) {
      if (signal.aborted) return;
      setProblem(error as Problem);
      setState('failed');
    }
    reading.current = false;
  };

  // The key stands for the filter.
  useEffect(() => {
    const controller = new AbortController();
    void read(null, controller.signal);
    return () => controller.abort();
  }, [key, round]);

  useEffect(() => {
    if (!isLive(filter)) return undefined;
    let heard: StoredDetection[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      // What is read now takes the place of what is there: what is heard meanwhile comes after it.
      timer = reading.current ? setTimeout(settle, TOGETHER) : undefined;
      if (reading.current) return;
      const [some, now] = [heard, Date.now()];
      heard = [];
      const hearing = {
        isWanted: (one: StoredDetection) => matches(filter, one, now),
        follow: following.current(),
        update: filter.show === 'occurrence',
      };
      setList((known) => hear(known, some, hearing));
    };
    const end = listen(
      ['detection.stored'],
      ({ data }) => {
        heard.push(data as StoredDetection);
        timer ??= setTimeout(settle, TOGETHER);
      },
      () => setRound((count) => count + 1),
    );
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [key]);

  const reload = () => setRound((count) => count + 1);
  const more = next !== null && list.rows.length < MOST_ROWS && state === 'read';
  return {
    ...{ list, state, problem, reload },
    readOlder: more ? () => void read(next, new AbortController().signal) : null,
    show: () => (list.overflowed ? reload() : setList(showWaiting)),
  };
}
