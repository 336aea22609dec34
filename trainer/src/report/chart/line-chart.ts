import { html, type Markup } from '../html.ts';
import { type FrameOptions, frame } from './frame.ts';
import { place } from './scale.ts';

export interface Series {
  readonly name: string;
  /** Of the style sheet: `first`, `second`. */
  readonly look: string;
  readonly points: readonly (readonly [number, number])[];
  /** What stands beside its name. */
  readonly figure: string;
}

/** More dots than this hide their line. */
const MOST_DOTS = 40;

/**
 * Lines over one axis; what is above it is drawn at its edge. Each dot tells its figures when
 * pointed at.
 */
export function lineChart(options: FrameOptions, series: readonly Series[]): Markup {
  const [, top] = options.y.range;
  return frame(options, (x, scale) => {
    const y = (value: number) => scale(Math.min(top, value));
    const lines = series.map(({ look, points }) => {
      const path = points.map(([px, py]) => `${place(x(px))},${place(y(py))}`).join(' ');
      return html`<polyline class="line ${look}" points="${path}"/>`;
    });
    const dots = series.flatMap(({ name, look, points }) =>
      points.length > MOST_DOTS
        ? []
        : points.map(
            ([px, py]) =>
              html`<circle class="dot ${look}" cx="${place(x(px))}" cy="${place(y(py))}" r="2.5"><title>${name}, ${options.x.format(px)}: ${options.y.format(py)}</title></circle>`,
          ),
    );
    return html`${lines}${dots}`;
  });
}

/** The names of the lines, each with its figure. */
export function legend(series: readonly Series[]): Markup {
  const entries = series.map(
    ({ name, look, figure }) =>
      html`<li><svg class="key" viewBox="0 0 16 8" aria-hidden="true"><line class="line ${look}" x1="1" x2="15" y1="4" y2="4"/></svg>${name} <b>${figure}</b></li>`,
  );
  return html`<ul class="legend">${entries}</ul>`;
}
