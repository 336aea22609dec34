import { intervalBar } from '../chart/bar.ts';
import { findings } from '../findings.ts';
import {
  counted,
  duration,
  megabytes,
  milliseconds,
  moment,
  percent,
  withUnit,
} from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { FormFigures, RunFigures } from '../run-figures.ts';

/** What the model is worth, in figures and in words. */
export function headline(figures: RunFigures): Markup {
  const { name, classes, int8, float32 } = figures;
  const pictures = classes.reduce((sum, one) => sum + one.train + one.validation + one.test, 0);
  return html`<header>
<h1>${name}</h1>
<p class="meta">${counted(classes.length, 'class', 'classes')}, ${counted(pictures, 'picture')}, trained in ${duration(figures.seconds)} on ${moment(figures.started)}</p>
</header>
<section class="card full headline" aria-label="Headline">
<div class="figures">
${accuracy('Accuracy of INT8, on pictures kept aside', int8)}
${accuracy('FP32', float32)}
<div class="figure"><h2>Size</h2><p class="value">${megabytes(int8.bytes)}</p><p class="limit">FP32 ${megabytes(float32.bytes)}</p></div>
${latency(int8, float32)}
</div>
<ul class="findings">${findings(figures).map(
    ({ state, text }) =>
      html`<li class="${state}"><b>${state === 'attention' ? 'Look' : 'Fine'}</b><span>${text}</span></li>`,
  )}</ul>
</section>
`;
}

function accuracy(title: string, { accuracy: share }: FormFigures): Markup {
  const { value, low, high, right, of } = share;
  return html`<div class="figure"><h2>${title}</h2><p class="value">${percent(value)}</p>
${intervalBar(share)}<p class="limit">${right} of ${of}; ${withUnit('95', '%')} interval ${(100 * low).toFixed(1)}–${percent(high)}</p></div>`;
}

function latency(int8: FormFigures, float32: FormFigures): Markup {
  const [first, other] = [int8.latency[0], float32.latency[0]];
  return html`<div class="figure"><h2>Latency${first && html`, ${counted(first.threads, 'thread')}`}</h2>
${
  first && other
    ? html`<p class="value">${milliseconds(first.median)}</p><p class="limit">FP32 ${milliseconds(other.median)}, on this machine</p>`
    : html`<p class="value">–</p><p class="limit">not measured</p>`
}</div>`;
}
