import { html, type Markup } from '../html.ts';
import { linearScale, niceTicks, place, type Scale } from './scale.ts';

/** An axis: its range, what stands beside its ticks, and what it measures. */
interface Axis {
  readonly range: readonly [number, number];
  /** Stands below the x axis; what y measures is the heading's. */
  readonly label?: string;
  readonly format: (value: number) => string;
  /** About how many ticks. */
  readonly ticks: number;
  /** Ticks are at whole numbers alone. */
  readonly whole?: boolean;
}

export interface FrameOptions {
  /** For those who can't see the chart: what it is, and what it shows. */
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
}

const MARGIN = { top: 10, right: 12, bottom: 34, left: 44 };

/** A chart's axes and grid, around what `draw` puts into them. */
export function frame(options: FrameOptions, draw: (x: Scale, y: Scale) => Markup): Markup {
  const { width, height } = options;
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const x = linearScale(options.x.range, [left, right]);
  const y = linearScale(options.y.range, [bottom, top]);
  const rows = ticksOf(options.y).map(
    (
      tick,
    ) => html`<line class="grid" x1="${left}" x2="${right}" y1="${place(y(tick))}" y2="${place(y(tick))}"/>
<text x="${left - 6}" y="${place(y(tick) + 4)}" text-anchor="end">${options.y.format(tick)}</text>`,
  );
  const columns = ticksOf(options.x).map(
    (tick) =>
      html`<text x="${place(x(tick))}" y="${bottom + 15}" text-anchor="middle">${options.x.format(tick)}</text>`,
  );
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img"><title>${options.title}</title><desc>${options.description}</desc>
${rows}${columns}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
<text x="${right}" y="${height - 4}" text-anchor="end" class="label">${options.x.label}</text>
${draw(x, y)}</svg>`;
}

function ticksOf({ range: [from, to], ticks, whole }: Axis): number[] {
  const nice = niceTicks(from, to, ticks);
  return whole ? nice.filter(Number.isInteger) : nice;
}
