import type { ReliabilityBin } from '../../evaluate/calibration.ts';
import { percent } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { frame } from './frame.ts';
import { place } from './scale.ts';

/**
 * How often the model was right, by how sure it was: on the line when it was as right as it said.
 */
export function reliabilityDiagram(title: string, bins: readonly ReliabilityBin[]): Markup {
  const filled = bins.filter(({ count }) => count > 0);
  const most = Math.max(1, ...filled.map(({ count }) => count));
  const whole = (value: number) => percent(value, 0);
  return frame(
    {
      title,
      description: filled
        .map(
          (bin) =>
            `${whole(bin.from)} to ${whole(bin.to)} sure: right ${whole(bin.accuracy)} of ${bin.count}`,
        )
        .join('; '),
      width: 300,
      height: 250,
      x: { range: [0, 1], label: 'score of the guess', format: whole, ticks: 4 },
      y: { range: [0, 1], format: whole, ticks: 4 },
    },
    (x, y) => {
      const bars = filled.map(({ from, to, count, confidence, accuracy }) => {
        const [left, width] = [x(from) + 1, x(to) - x(from) - 2];
        // A bin of few pictures weighs little, and looks it.
        const weight = (0.25 + 0.75 * Math.sqrt(count / most)).toFixed(2);
        const [top, end] = [Math.max(accuracy, confidence), Math.min(accuracy, confidence)];
        return html`<g><title>${whole(from)} to ${whole(to)}: right ${percent(accuracy)} of ${count}, mean score ${percent(confidence)}</title>
<rect class="fill" opacity="${weight}" x="${place(left)}" width="${place(width)}" y="${place(y(accuracy))}" height="${place(y(0) - y(accuracy))}"/>
<rect class="gap" x="${place(left)}" width="${place(width)}" y="${place(y(top))}" height="${place(y(end) - y(top))}"/></g>`;
      });
      return html`${bars}<line class="ideal" x1="${place(x(0))}" y1="${place(y(0))}" x2="${place(x(1))}" y2="${place(y(1))}"/>`;
    },
  );
}
