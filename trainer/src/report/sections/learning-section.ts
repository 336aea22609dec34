import { learningChart } from '../chart/learning-chart.ts';
import { count, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** Whether more labels would help. */
export function learningSection({ learning }: RunFigures): Markup {
  const title = 'Have I labelled enough?';
  if (!learning) {
    const empty = html`<p>Not measured in this run: <code>--no-learning-curve</code> left it out.</p>`;
    return section('learning', title, 'half', empty);
  }
  const { doubled, pictures, testPictures } = learning;
  return section(
    ...(['learning', title, 'half'] as const),
    html`<p class="verdict">${learning.inWords}</p>
${learningChart(learning)}
<p>Each dot is a training on a part of the training side, tested on the same ${count(testPictures)} pictures${learning.trained === 'probe' ? ': a linear probe on the features that training began with. The whole network may gain more' : ''}. ${
      doubled &&
      `At ${count(2 * pictures)} pictures of the same kind the curve expects ${percent(doubled.accuracy.likely)}; nine of ten resampled curves lie between ${percent(doubled.accuracy.low)} and ${percent(doubled.accuracy.high)}.`
    }</p>`,
  );
}
