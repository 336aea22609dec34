import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { dateTime, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { HealthCharts } from './charts/health-charts.tsx';
import { SPANS } from './span/span.ts';
import { SpanBar } from './span/span-bar.tsx';
import { RunsTable } from './timeline/runs-table.tsx';
import { Timeline } from './timeline/timeline.tsx';
import type { DeviceHistory } from './use-history.ts';

interface HistoryProps {
  readonly device: string;
  readonly camera: string;
  readonly past: DeviceHistory;
  readonly classOf: (label: string) => number;
}

/** All that is drawn over time: what was seen, what ran, how the device did. */
export function History({ device, camera, past, classOf }: HistoryProps) {
  const { address, seen, timeline, health, history, runs } = past;
  const { span, go } = address;
  const shown = runs.filter(
    ({ from, until }) =>
      Date.parse(from) < span.to && (until === null || Date.parse(until) > span.from),
  );
  return (
    <>
      <Section title="What it saw" actions={<SpanBar {...address} />}>
        {seen.problem && !timeline && (
          <ErrorNote what="What it saw was not read." error={seen.problem} retry={seen.reload} />
        )}
        {timeline && timeline.intervals.length === 0 && (
          <Empty title={`Nothing was seen ${span.live ? `in the last ${span.name}` : 'then'}.`}>
            <p>
              An occurrence is stored when a class stands before {camera} for long enough, over its
              threshold. {span.name !== 'week' && 'Look at a longer time.'}
            </p>
          </Empty>
        )}
        {timeline && (timeline.intervals.length > 0 || shown.length > 0) && (
          <Timeline
            {...{ device, timeline, runs, classOf }}
            onZoom={(at) => go(span.name === 'week' ? 'day' : 'hour', at + SPANS.hour.millis / 2)}
          />
        )}
        {timeline?.wholeFrom && (
          <p class="caption">
            There are more than are read at once: what was seen before{' '}
            {dateTime(timeline.wholeFrom)} is left out. Look at a shorter time.
          </p>
        )}
        {shown.length > 0 && (
          <details class="device-runs">
            <summary>
              {plural(shown.length, 'run')} of models in this time: what, and who brought it
            </summary>
            <RunsTable runs={shown} />
          </details>
        )}
      </Section>
      <Section title="Health">
        {health.problem && !history && (
          <ErrorNote what="Its health was not read." error={health.problem} retry={health.reload} />
        )}
        {history && (
          <HealthCharts
            {...{ history, runs }}
            span={
              span.live ? `last ${span.name}` : `${dateTime(span.from)} to ${dateTime(span.to)}`
            }
          />
        )}
      </Section>
    </>
  );
}
