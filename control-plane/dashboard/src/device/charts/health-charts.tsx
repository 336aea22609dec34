import type { HealthHistory } from '../../../../src/resources/health-history.ts';
import type { DeviceRun } from '../../../../src/resources/run.ts';
import { Chart } from '../../ui/chart.tsx';
import { rolloutMarks } from '../timeline/bands.ts';
import { chartWords, healthCharts, isHeard, timesOf } from './chart-data.ts';
import './health-charts.css';
import { useLatencyLimit } from './use-latency-limit.ts';

interface HealthChartsProps {
  readonly history: HealthHistory;
  readonly runs: readonly DeviceRun[];
  /** "last hour". */
  readonly span: string;
}

/** How the device did: small charts side by side, with rollouts as lines across. */
export function HealthCharts({ history, runs, span }: HealthChartsProps) {
  const limit = useLatencyLimit(runs);
  const times = timesOf(history);
  const within = { from: Date.parse(history.from), to: Date.parse(history.to) };
  const marks = rolloutMarks(runs, within).map(({ at, name }) => ({ at: at / 1000, label: name }));
  return (
    <div class="device-charts">
      {healthCharts(history, limit).map((chart) => (
        <figure key={chart.title} class="device-chart">
          <figcaption class="device-chart-words">
            <h3>{chart.title}</h3>
            <span>{chart.newest}</span>
          </figcaption>
          {isHeard(chart) ? (
            <Chart
              label={chartWords(chart, span)}
              height={140}
              {...{ times, marks, series: chart.series, format: chart.format, min: chart.min }}
              {...(chart.limit !== undefined && { limit: chart.limit })}
            />
          ) : (
            <p class="device-chart-none caption">
              Nothing was heard of it: the device was away, or does not say.
            </p>
          )}
        </figure>
      ))}
    </div>
  );
}
