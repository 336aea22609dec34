import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { live } from '../../api/live.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { State } from '../../ui/state.tsx';
import type { ClassIndex } from '../class-index.ts';
import { type DetectionFilter, isLive } from '../filter/detection-filter.ts';
import { MOST_ROWS } from './detection-list.ts';
import { DetectionRows } from './detection-rows.tsx';
import './stream.css';
import { useDetections } from './use-detections.ts';

interface StreamProps {
  readonly filter: DetectionFilter;
  readonly classIndex: ClassIndex;
}

/** What fits, newest first. What comes while one reads waits until one wants to see it. */
export function Stream({ filter, classIndex }: StreamProps) {
  const place = useRef<HTMLDivElement>(null);
  // Somebody reads: the list is under the pointer, has the focus, or its beginning was scrolled
  // away.
  const isRead = () => {
    const element = place.current;
    if (!element) return false;
    return element.matches(':hover, :focus-within') || element.getBoundingClientRect().top < 0;
  };
  const { list, state, problem, readOlder, show, reload } = useDetections(filter, () => !isRead());
  const { rows, waiting, overflowed, next } = list;
  const isOpen = isLive(filter);
  const showNew = () => {
    show();
    place.current?.scrollIntoView({ block: 'start' });
  };
  useShortcuts([{ key: '.', does: 'Show what is new', run: showNew }]);
  return (
    <Section
      title={isOpen ? 'As it comes' : 'What was seen'}
      actions={
        waiting.length > 0 ? (
          <Button kind="primary" onClick={showNew}>
            {count(waiting.length)}
            {overflowed ? '+' : ''} new
          </Button>
        ) : (
          isOpen && <Liveness />
        )
      }
    >
      <div ref={place} class="detections-stream">
        {problem && (
          <ErrorNote what="The detections were not read." error={problem} retry={reload} />
        )}
        {rows.length > 0 && <DetectionRows rows={rows} classIndex={classIndex} />}
        {rows.length === 0 && next === null && state === 'read' && <Nothing live={isOpen} />}
        <Older readOlder={readOlder} rows={rows.length} reading={state === 'reading'} />
      </div>
    </Section>
  );
}

/** Whether what is stored from now on comes by itself; while nobody knows, nothing is said. */
function Liveness() {
  if (live.value === 'lost') return <State kind="warn">not live</State>;
  return live.value === 'heard' ? <State kind="good">live</State> : null;
}

/** Older ones come when one reaches the end; the button is for who does not scroll. */
function Older({
  readOlder,
  rows,
  reading,
}: {
  readOlder: (() => void) | null;
  rows: number;
  reading: boolean;
}) {
  const end = useRef<HTMLDivElement>(null);
  const read = useRef(readOlder);
  read.current = readOlder;
  useEffect(() => {
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && read.current?.(), {
      rootMargin: '400px',
    });
    seen.observe(end.current as HTMLDivElement);
    return () => seen.disconnect();
    // Observed again with each page, and when reading has ended: what stays in view says nothing by
    // itself.
  }, [rows, readOlder === null]);
  return (
    <div ref={end} class="detections-older">
      {readOlder && <Button onClick={readOlder}>Older</Button>}
      {reading && <span class="caption">reading …</span>}
      {rows >= MOST_ROWS && (
        <p class="caption">
          No more than {count(MOST_ROWS)} are shown. Ask for a shorter time, or export all as CSV.
        </p>
      )}
    </div>
  );
}

function Nothing({ live }: { live: boolean }) {
  return (
    <Empty title="Nothing was seen that fits.">
      <p>
        {live
          ? 'What devices see appears here by itself. Choose a longer time, or clear the filters.'
          : 'Choose other times, or clear the filters.'}
      </p>
      <p>
        A device without detections may be offline, or have thresholds that nothing reaches: see it
        on <Link href="/">Fleet</Link>.
      </p>
    </Empty>
  );
}
