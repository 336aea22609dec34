import type { Share } from '../../evaluate/wilson.ts';
import { shareBar } from '../chart/bar.ts';
import { className } from '../class-mark.ts';
import { count, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** Precision and recall, class by class. */
export function classesSection({ classes }: RunFigures): Markup {
  const rows = classes.map(
    ({ name, train, recall, precision }) =>
      html`<tr><th scope="row">${className(classes, name)}</th>${cell(recall)}${cell(precision)}<td class="n">${count(train)}</td></tr>
`,
  );
  return section(
    ...(['classes', 'Class by class', classes.length > 8 ? 'full' : 'half'] as const),
    html`<p>INT8 on the test side. Recall: how many of a class are found. Precision: how often the model is right when it says so.</p>
<div class="scroll"><table><thead><tr><th scope="col">Class</th><th scope="col">Recall</th><th scope="col">Precision</th><th scope="col" class="n">Trained on</th></tr></thead>
<tbody>${rows}</tbody></table></div>`,
  );
}

function cell({ value, right, of }: Share): Markup {
  if (of === 0) return html`<td class="muted">none</td>`;
  return html`<td><span class="share"><b>${percent(value)}</b><span class="muted">${right} of ${of}</span></span>${shareBar(value)}</td>`;
}
