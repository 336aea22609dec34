import type { LearningCurve } from '../../evaluate/learning-curve.ts';
import { counted, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { frame } from './frame.ts';
import { niceTicks, place, type Scale } from './scale.ts';

/** Points of the law's line. */
const STEPS = 60;

/**
 * Each training as a dot, the law through them, and beyond the pictures at hand as a dashed line
 * with its range.
 */
export function learningChart({ points, law, pictures, doubled }: LearningCurve): Markup {
  const accuracies = points.map(({ accuracy }) => accuracy);
  const lowest = Math.min(...accuracies, doubled?.accuracy.low ?? 1);
  const bottom = Math.max(0, Math.floor(10 * (lowest - 0.02)) / 10);
  const span = 1 - bottom;
  return frame(
    {
      title: 'Accuracy by the number of pictures trained on',
      description: points
        .map((point) => `${counted(point.pictures, 'picture')}: ${percent(point.accuracy)}`)
        .join('; '),
      width: 340,
      height: 210,
      x: {
        range: [0, (doubled ? 2 : 1) * 1.04 * pictures],
        label: 'pictures trained on',
        format: String,
        ticks: 5,
        whole: true,
      },
      y: {
        range: [bottom, 1],
        ticks: 4,
        format: (value) =>
          percent(value, niceTicks(bottom, 1, 4).length > 1 && span < 0.05 ? 1 : 0),
      },
    },
    (x, y) => {
      const dots = points.map(
        (point) =>
          html`<circle class="trial" cx="${place(x(point.pictures))}" cy="${place(y(point.accuracy))}" r="3"><title>${counted(point.pictures, 'picture')}, seed ${point.seed}: ${percent(point.accuracy)}</title></circle>`,
      );
      const accuracyAt = (n: number) =>
        law ? Math.max(bottom, 1 - (law.scale * n ** -law.exponent + law.floor)) : 0;
      const first = Math.min(...points.map((point) => point.pictures));
      return html`${law && line(x, y, accuracyAt, first, pictures, 'first')}
${law && line(x, y, accuracyAt, pictures, 2 * pictures, 'beyond')}
${doubled && range(x(2 * pictures), y, doubled.accuracy)}${dots}`;
    },
  );
}

function line(
  x: Scale,
  y: Scale,
  value: (pictures: number) => number,
  from: number,
  to: number,
  look: string,
): Markup {
  const path = Array.from({ length: STEPS + 1 }, (_, i) => from + ((to - from) * i) / STEPS)
    .map((pictures) => `${place(x(pictures))},${place(y(value(pictures)))}`)
    .join(' ');
  return html`<polyline class="line ${look}" points="${path}"/>`;
}

function range(
  x: number,
  y: Scale,
  { likely, low, high }: { likely: number; low: number; high: number },
): Markup {
  return html`<g><title>Expected at twice as many: ${percent(likely)}, ${percent(low)} to ${percent(high)}</title>
<line class="range" x1="${place(x)}" x2="${place(x)}" y1="${place(y(low))}" y2="${place(y(high))}"/>
<circle class="expected" cx="${place(x)}" cy="${place(y(likely))}" r="3.5"/></g>`;
}
