import { className } from '../class-mark.ts';
import { counted, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { Mistake, RunFigures } from '../run-figures.ts';
import type { Thumbnails } from '../thumbnails.ts';
import { section } from './section.ts';

/** The pictures that the model was surest and wrong about. */
export function mistakesSection(figures: RunFigures, thumbnails: Thumbnails): Markup {
  const { mistakes, classes, int8 } = figures;
  if (mistakes.count === 0) {
    const none = html`<p>None: the INT8 model was right on all ${counted(int8.accuracy.of, 'test picture')}.</p>`;
    return section('mistakes', 'Mistakes', 'full', none);
  }
  const shown = mistakes.mostConfident;
  const intro =
    shown.length < mistakes.count
      ? `${counted(mistakes.count, 'test picture')} went wrong. These ${shown.length} the INT8 model was surest about; a wrong label shows here first.`
      : `${counted(mistakes.count, 'test picture')} went wrong, the surest first. A wrong label shows here first.`;
  const one = ({ file, truth, guess, score, float32Guess }: Mistake) => {
    const thumbnail = thumbnails.get(file);
    return html`<li><figure>${
      thumbnail
        ? html`<img src="${thumbnail}" alt="${truth}, taken for ${guess}" width="112" height="112">`
        : html`<div class="missing">can no longer be read</div>`
    }<figcaption><span class="guess">${className(classes, guess)}</span>
<span>is&nbsp;${className(classes, truth)}</span>
<span class="muted"><b>${percent(score, 0)}</b> sure${float32Guess !== guess && html`; FP32: ${float32Guess}`}</span>
<span class="file">${file.slice(file.lastIndexOf('/') + 1)}</span></figcaption></figure></li>`;
  };
  return section(
    ...(['mistakes', 'Most confident mistakes', 'full'] as const),
    html`<p>${intro}</p><ol class="mistakes">${shown.map(one)}</ol>`,
  );
}
