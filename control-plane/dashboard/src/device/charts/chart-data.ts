import type { HealthHistory, HealthPoint } from '../../../../src/resources/health-history.ts';
import type { Series } from '../../ui/chart.tsx';
import { bytes, count, number, withUnit } from '../../ui/format.ts';

export interface HealthChart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** The newest figure, with its unit. */
  readonly newest: string;
  readonly limit?: number;
  readonly min: number | null;
}

type Figure = Exclude<keyof HealthPoint, 'at' | 'throttled'>;

/** Seconds since 1970, as charts have it. */
export const timesOf = ({ points }: HealthHistory): number[] =>
  points.map(({ at }) => Date.parse(at) / 1000);

/** @param latencyLimit of the rollout that brought what runs, in ms; undefined: it has none */
export function healthCharts(
  { points }: HealthHistory,
  latencyLimit?: number,
): readonly HealthChart[] {
  const values = (figure: Figure) => points.map((point) => point[figure]);
  const last = (figure: Figure) =>
    points.findLast((point) => point[figure] !== null)?.[figure] ?? null;
  const say = (figure: Figure, format: (value: number) => string) => {
    const value = last(figure);
    return value === null ? '–' : format(value);
  };
  const line = (label: string, colour: string, figure: Figure): Series => ({
    label,
    colour,
    values: values(figure),
  });
  const perSecond = (value: number) => number(value, value < 10 ? 1 : 0);
  const millis = (value: number) => withUnit(number(value, value < 10 ? 1 : 0), 'ms');
  const celsius = (value: number) => withUnit(number(value, 0), '°C');
  const slow = points.map(({ throttled, temperatureCelsius }) =>
    throttled ? (temperatureCelsius ?? 0) : null,
  );
  return [
    {
      title: 'Frames a second',
      format: perSecond,
      min: 0,
      series: [{ ...line('frames/s', '--accent', 'framesPerSecond'), fill: true }],
      newest: say('framesPerSecond', perSecond),
    },
    {
      title: 'Latency',
      format: millis,
      min: 0,
      series: [
        line('median', '--accent', 'latencyP50Millis'),
        line('95th percentile', '--class-5', 'latencyP95Millis'),
      ],
      newest: `${say('latencyP50Millis', millis)}, p95 ${say('latencyP95Millis', millis)}${
        latencyLimit === undefined ? '' : ` of at most ${millis(latencyLimit)}`
      }`,
      ...(latencyLimit !== undefined && { limit: latencyLimit }),
    },
    {
      title: 'Temperature',
      format: celsius,
      min: null,
      series: [
        line('highest', '--accent', 'temperatureCelsius'),
        ...(slow.some((value) => value !== null)
          ? [{ label: 'slowed itself down', colour: '--bad', values: slow, points: true }]
          : []),
      ],
      newest: say('temperatureCelsius', celsius),
    },
    {
      title: 'Memory of the agent',
      format: wholeBytes,
      min: 0,
      series: [{ ...line('most', '--accent', 'rssBytes'), fill: true }],
      newest: say('rssBytes', bytes),
    },
    {
      title: 'Waiting and lost',
      format: wholes,
      min: 0,
      series: [
        line('results waiting', '--accent', 'queued'),
        line('frames or results lost', '--bad', 'lost'),
      ],
      newest: `${say('queued', String)} waiting, ${sum(values('lost'))} lost`,
    },
    {
      title: 'Free disk',
      format: wholeBytes,
      min: 0,
      series: [line('least', '--accent', 'diskFreeBytes')],
      newest: say('diskFreeBytes', bytes),
    },
  ];
}

/** What it shows, for who can't see it. */
export function chartWords({ title, series, format, newest }: HealthChart, span: string): string {
  const figures = series.flatMap(({ values }) => values.filter((value) => value !== null));
  if (figures.length === 0) return `${title}, ${span}: nothing was heard`;
  const least = format(Math.min(...figures));
  return `${title}, ${span}: from ${least} to ${format(Math.max(...figures))}; newest ${newest}`;
}

/** Whether there is anything to draw: a device may not say. */
export const isHeard = ({ series }: HealthChart): boolean =>
  series.some(({ values }) => values.some((value) => value !== null));

/** There are no halves of them. */
const wholes = (value: number) => (Number.isInteger(value) ? count(value) : '');

/** There is no room for more beside an axis. */
const wholeBytes = (value: number) => bytes(value).replace(/\.\d+/, '');

const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
