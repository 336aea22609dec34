import { useEffect, useRef, useState } from 'preact/hooks';
import type { DetectionPage, StoredDetection } from '../../../../src/resources/detection.ts';
import { api } from '../../api/client.ts';
import { keepAsking } from '../../api/keep-asking.ts';
import { listen } from '../../api/live.ts';
import { withQuery } from '../../api/path.ts';
import type { Problem } from '../../api/problem.ts';
import { apiFilter, type DetectionFilter, isLive } from '../filter/detection-filter.ts';
import { matches } from '../filter/matches.ts';
import {
  addNewest,
  addOlder,
  type DetectionList,
  EMPTY_LIST,
  hear,
  MOST_ROWS,
  MOST_WAITING,
  showWaiting,
} from './detection-list.ts';

const PAGE = 100;
/** As the API gives at once. */
const MOST_READ = 1_000;
/** What is stored meanwhile comes together, in ms. */
const TOGETHER = 250;

/** So many short pages are taken for one; what is beyond is older. */
const MOST_SHORT = 10;

interface Detections {
  readonly list: DetectionList;
  readonly state: 'reading' | 'read' | 'failed';
  readonly problem: Problem | null;
  /** Reads what is older; null: there is nothing, or as much as is drawn. */
  readonly readOlder: (() => void) | null;
  readonly show: () => void;
  readonly reload: () => void;
}

interface Range {
  readonly limit: number;
  readonly cursor: string | null;
}

/**
 * As many as are asked for, or all there are: where the API looks at many rows in vain, its own
 * pages are short.
 */
async function readPage(
  filter: Record<string, string>,
  { limit, cursor }: Range,
  signal: AbortSignal,
): Promise<DetectionPage> {
  const detections: StoredDetection[] = [];
  for (let next = cursor, pages = 1; ; pages++) {
    const query = { ...filter, limit: limit - detections.length, cursor: next };
    const page = await api.get<DetectionPage>(withQuery('/api/detections', query), signal);
    detections.push(...page.detections);
    next = page.next;
    const isEnough = detections.length >= limit || next === null || pages >= MOST_SHORT;
    if (isEnough) return { detections, next };
  }
}

/**
 * Stored detections that fit, and what is stored from now on.
 * @param follows whether what comes is shown at once; else it waits
 */
export function useDetections(filter: DetectionFilter, follows: () => boolean): Detections {
  const [list, setList] = useState<DetectionList>(EMPTY_LIST);
  const [state, setState] = useState<Detections['state']>('reading');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  /** Ends what is read: what an earlier round asked for must not come into this one's list. */
  const endReading = useRef(() => {});
  /** The newest are not read yet, since something may have been missed. */
  const isBehind = useRef(true);
  /** Of which filter the list is; null: of none, it begins anew. */
  const listed = useRef<string | null>(null);
  const following = useRef(follows);
  following.current = follows;
  const overflowed = useRef(false);
  overflowed.current = list.overflowed;
  const key = JSON.stringify(filter);

  const reload = () => setRound((count) => count + 1);
  const beginAnew = () => {
    listed.current = null;
    isBehind.current = true;
    reload();
  };

  /** Until it is read, or refused: what is heard waits for it. */
  const read = (range: Range, onPage: (page: DetectionPage) => void) => {
    setState('reading');
    endReading.current = keepAsking({
      ask: (signal) => readPage(apiFilter(filter, Date.now()), range, signal),
      onAnswer: (page) => {
        onPage(page);
        setState('read');
        setProblem(null);
      },
      onProblem: (why) => {
        setProblem(why);
        setState('failed');
      },
    });
  };

  const readNewest = () => {
    const isAgain = listed.current === key;
    // What came late may stand anywhere in what is listed.
    const limit = isAgain ? Math.min(Math.max(list.rows.length, PAGE), MOST_READ) : PAGE;
    read({ limit, cursor: null }, (page) => {
      const follow = following.current();
      setList((known) => (isAgain ? addNewest(known, page, follow) : addOlder(EMPTY_LIST, page)));
      listed.current = key;
      isBehind.current = false;
    });
  };

  const readOlder = (cursor: string) =>
    read({ limit: PAGE, cursor }, (page) => setList((known) => addOlder(known, page)));

  // The key stands for the filter.
  useEffect(() => {
    isBehind.current = true;
    readNewest();
    return () => endReading.current();
  }, [key, round]);

  useEffect(() => {
    if (!isLive(filter)) return undefined;
    let heard: StoredDetection[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      // Nobody reads any more: what is new need not wait behind the gap.
      if (!isBehind.current && overflowed.current && following.current()) beginAnew();
      // Before what may have been missed is read, what is heard would hide the gap.
      timer = isBehind.current ? setTimeout(settle, TOGETHER) : undefined;
      if (isBehind.current) return;
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
        // What is dropped is read, with all that may have been missed.
        if (heard.length > MOST_WAITING && isBehind.current) heard.shift();
        timer ??= setTimeout(settle, TOGETHER);
      },
      reload,
    );
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [key]);

  const { next, rows } = list;
  const more = next !== null && rows.length < MOST_ROWS && state === 'read';
  return {
    list,
    state,
    problem,
    reload,
    readOlder: more ? () => readOlder(next) : null,
    show: () => (list.overflowed ? beginAnew() : setList(showWaiting)),
  };
}
