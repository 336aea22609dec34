import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { machineIsDark, theme } from '../app/theme.ts';
import './chart.css';
import { placeLabels } from './mark-labels.ts';

export interface Series {
  readonly label: string;
  /** A custom property: "--class-2", "--accent". */
  readonly colour: string;
  /** As many as there are times; null: a gap. */
  readonly values: readonly (number | null)[];
  /** Filled down to the axis. */
  readonly fill?: boolean;
  /** Dots alone. */
  readonly points?: boolean;
}

/** Something that happened, as a line across. */
interface Mark {
  /** Seconds since 1970, as the times are; on an axis that is no time, its unit. */
  readonly at: number;
  readonly label: string;
}

interface ChartProps {
  /** What it shows, for who can't see it: "Latency of the last hour, in ms; at most 41". */
  readonly label: string;
  /** Rising: seconds since 1970, or numbers such as epochs with `time` false. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** Pixels. */
  readonly height?: number;
  readonly time?: boolean;
  /** What the axis below counts, where that is no time: "epoch". */
  readonly along?: string;
  readonly format?: (value: number) => string;
  readonly marks?: readonly Mark[];
  /** A dashed line at a value: a bound. */
  readonly limit?: number;
  /** Bounds of the axis; null: as the data are. */
  readonly min?: number | null;
  readonly max?: number | null;
}

/**
 * Lines over time (uPlot), in the colours of the theme; the legend shows the values under the
 * pointer.
 */
export function Chart({ label, height = 160, ...shown }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef<Omit<ChartProps, 'label' | 'height'>>(shown);
  current.current = shown;
  const layout = JSON.stringify([
    theme.value,
    machineIsDark.value,
    shown.time ?? true,
    height,
    shown.series.map(({ label: name, colour, fill, points }) => [name, colour, fill, points]),
    [shown.min, shown.max],
  ]);

  // The layout stands for all that a new plot needs.
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const drawn = new uPlot(
      options(element, height, () => current.current),
      dataOf(current.current),
      element,
    );
    plot.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [layout]);

  useEffect(() => {
    plot.current?.setData(dataOf(shown));
  });

  return (
    <div
      ref={place}
      class="chart"
      role="img"
      aria-label={label}
      style={{ minHeight: `${height}px` }}
    />
  );
}

/** Of the axis at the side, in pixels: for its longest text at 12 px, with its tick. */
const sideOf = (_plot: uPlot, texts: readonly string[] | null): number =>
  Math.max(60, 22 + 7 * Math.max(0, ...(texts ?? []).map(({ length }) => length)));

/** Of an axis that counts. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

type ChartData = Omit<ChartProps, 'label' | 'height'>;

const dataOf = ({ times, series }: ChartData) =>
  [times, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData;

function options(element: HTMLElement, height: number, shown: () => ChartData): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => resolve(element, style.getPropertyValue(name));
  const text = colour('--text-soft');
  const line = colour('--border');
  const { series, time = true, along = 'x', format, min = null, max = null } = shown();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: text,
    font,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  };
  const say = (value: number | null) =>
    value === null ? '–' : (format?.(value) ?? value.toPrecision(3));
  return {
    width: element.clientWidth,
    height,
    scales: {
      x: { time },
      y: { range: (_plot, low, high) => bounds(low, high, min, max) },
    },
    axes: [
      { ...axis, size: 28, ...(time ? { values: TIMES } : { incrs: WHOLE_STEPS }) },
      { ...axis, size: sideOf, values: (_plot, values) => values.map(say) },
    ],
    series: [
      time ? { label: 'time', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' } : { label: along },
      ...series.map(({ label, colour: name, fill, points }) => ({
        label,
        stroke: colour(name),
        width: 1.5,
        ...(points && { paths: () => null }),
        points: points ? { show: true, size: 5, fill: colour(name) } : { show: false },
        ...(fill && { fill: `color-mix(in srgb, ${colour(name)} 25%, transparent)` }),
        value: (_plot: uPlot, value: number | null) => say(value),
      })),
    ],
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    legend: { live: true },
    hooks: { draw: [(plot) => drawAcross(plot, shown(), text, style.fontFamily)] },
  };
}

/**
 * As everywhere here: of 24 hours, the day before the month. From uPlot's own table, which is
 * American.
 */
const TIMES: uPlot.Axis.Values = [
  [86_400, '{D} {MMM}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
];

/**
 * A custom property may be an expression such as light-dark(): the browser knows what it comes to.
 */
function resolve(element: HTMLElement, expression: string): string {
  const probe = document.createElement('span');
  probe.style.color = expression;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function bounds(
  low: number,
  high: number,
  min: number | null,
  max: number | null,
): [number, number] {
  const from = min ?? low ?? 0;
  const to = max ?? high ?? 1;
  return from < to
    ? [from, to + (max === null ? (to - from) * 0.05 : 0)]
    : // A flat line lies on its floor, where it has one.
      [from - (min === null ? 0.5 : 0), from + 1];
}

function drawAcross(
  plot: uPlot,
  { marks = [], limit }: ChartData,
  colour: string,
  family: string,
): void {
  const { ctx, bbox } = plot;
  // Of a canvas there are several pixels to one of the page, on a phone's screen.
  const pixel = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.font = `${12 * pixel}px ${family}`;
  ctx.lineWidth = pixel;
  ctx.setLineDash([4 * pixel, 4 * pixel]);
  const across = (fromX: number, fromY: number, toX: number, toY: number) => {
    ctx.beginPath();
    ctx.moveTo(fromX, fromY);
    ctx.lineTo(toX, toY);
    ctx.stroke();
  };
  if (limit !== undefined) {
    const y = plot.valToPos(limit, 'y', true);
    if (y >= bbox.top) across(bbox.left, y, bbox.left + bbox.width, y);
  }
  const lines = marks
    .map(({ at, label }) => ({ label, x: plot.valToPos(at, 'x', true) }))
    .filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width)
    .map((line) => ({ ...line, width: ctx.measureText(line.label).width }))
    .sort((a, b) => a.x - b.x);
  const places = placeLabels(lines, { middle: bbox.left + bbox.width / 2, gap: 4 * pixel });
  for (const [i, { x, label }] of lines.entries()) {
    across(x, bbox.top, x, bbox.top + bbox.height);
    const place = places[i];
    if (!place) continue;
    ctx.textAlign = place.align;
    ctx.fillText(label, place.x, bbox.top + 12 * pixel);
  }
  ctx.restore();
}
