import { Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { newDay } from '../../ui/format.ts';
import './job-log.css';
import { useJobLog } from './use-job-log.ts';

/** So near to the end one reads along. */
const NEAR = 40;

/** What its trainers said; who is at the end stays at the end. */
export function JobLog({ job }: { job: string }) {
  const { lines, problem } = useJobLog(job);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines]);
  const failed = problem && <ErrorNote what="The log was not read." error={problem} />;
  if (lines.length === 0) {
    return (
      failed ?? (
        <Empty title="No trainer has said anything yet.">
          <p>What it says appears here as soon as one takes the job.</p>
        </Empty>
      )
    );
  }
  return (
    <>
      {failed}
      <div
        ref={box}
        class="job-log"
        role="log"
        aria-label="What its trainers said"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too.
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
        }}
      >
        {lines.map(({ line, at, text }, i) => {
          const day = newDay(at, lines[i - 1]?.at);
          return (
            <Fragment key={line}>
              {day && <p class="job-log-day">{day}</p>}
              <p>
                <time dateTime={at}>{new Date(at).toLocaleTimeString('en-GB')}</time> {text}
              </p>
            </Fragment>
          );
        })}
      </div>
    </>
  );
}
