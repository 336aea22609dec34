import { legend, lineChart, type Series } from '../chart/line-chart.ts';
import { axisFigure, counted, percent, significant } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import type { EpochFigures } from '../run-record.ts';
import { section } from './section.ts';

const SIZE = { width: 340, height: 190 };
/** Epochs that are drawn; more would be narrower than a pixel. */
const MOST_EPOCHS = 300;
/** Times the median loss that the chart shows at most. */
const SPREAD = 3;

/** How training went, epoch by epoch. */
export function curvesSection({ epochs }: RunFigures): Markup {
  const last = epochs.at(-1);
  if (!last) return section('curves', 'Training', 'full', html`<p>No epoch was recorded.</p>`);
  const drawn = thinned(epochs);
  const line = (name: string, look: string, figure: string, key: keyof EpochFigures): Series => ({
    name,
    look,
    figure,
    points: drawn.map((epoch) => [epoch.epoch, epoch[key]]),
  });
  const loss = [
    line('training', 'second', significant(last.loss), 'loss'),
    line('validation', 'first', significant(last.validationLoss), 'validationLoss'),
  ];
  const accuracy = [
    line('training', 'second', percent(last.accuracy), 'accuracy'),
    line('validation', 'first', percent(last.validationAccuracy), 'validationAccuracy'),
  ];
  const highest = Math.max(...epochs.map(({ learningRate }) => learningRate));
  const rate = [line('highest', 'first', axisFigure(highest), 'learningRate')];
  const limit = losses(loss);
  const low = Math.min(...accuracy.flatMap(valuesOf));
  return section(
    ...(['curves', 'Training', 'full'] as const),
    html`<p>${counted(epochs.length, 'epoch')}. Training figures are of augmented pictures, before each update, the loss with its label smoothing; validation figures are of plain pictures.${greatest(loss) > limit && ` Losses above ${axisFigure(limit)} are drawn at the upper edge.`}</p>
<div class="charts">
${chart('Loss', loss, [0, Math.min(limit, greatest(loss))], axisFigure)}
${chart('Accuracy', accuracy, [Math.floor(low * 10) / 10, 1], (value) => percent(value, 0))}
${chart('Learning rate', rate, [0, greatest(rate)], axisFigure)}
</div>`,
  );
}

function chart(
  title: string,
  series: readonly Series[],
  range: readonly [number, number],
  format: (value: number) => string,
): Markup {
  const epochs = series[0]?.points.map(([epoch]) => epoch) ?? [];
  const [first, last] = [epochs[0] ?? 1, epochs.at(-1) ?? 1];
  const description = series
    .map((one) => `${one.name} ${one.figure}, begun at ${format(valuesOf(one)[0] ?? 0)}`)
    .join('; ');
  const drawing = lineChart(
    {
      title: `${title} by epoch`,
      description,
      ...SIZE,
      x: {
        range: first === last ? [first - 1, last + 1] : [first, last],
        label: 'epoch',
        format: String,
        ticks: 6,
        whole: true,
      },
      y: { range, format, ticks: 4 },
    },
    series,
  );
  return html`<div><h3>${title}</h3>${legend(series)}${drawing}</div>`;
}

const valuesOf = ({ points }: Series) => points.map(([, value]) => value);

/** What a few wild epochs do must not flatten the others. */
function losses(series: readonly Series[]): number {
  const sorted = series
    .flatMap(({ points }) => points.map(([, value]) => value))
    .sort((a, b) => a - b);
  return Math.max(1, Math.ceil(SPREAD * (sorted[sorted.length >> 1] ?? 0)));
}

const greatest = (series: readonly Series[]) => 1.05 * Math.max(1e-9, ...series.flatMap(valuesOf));

function thinned(epochs: readonly EpochFigures[]): readonly EpochFigures[] {
  const step = Math.ceil(epochs.length / MOST_EPOCHS);
  return epochs.filter((_, i) => i % step === 0 || i === epochs.length - 1);
}
