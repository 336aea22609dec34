import { classMark, className } from '../class-mark.ts';
import { counted } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** More classes than this are a list of what is mixed up. */
const WIDEST = 20;
const LONGEST = 30;
/** Steps of shade. */
const SHADES = 10;

/** What the INT8 model takes for what. */
export function confusionSection(figures: RunFigures): Markup {
  const body = figures.classes.length > WIDEST ? list(figures) : matrix(figures);
  const width = figures.classes.length > 8 ? 'full' : 'half';
  return section('confusion', 'What is taken for what', width, body);
}

function matrix({ classes, int8: { confusion } }: RunFigures): Markup {
  const rows = confusion.map((row, truth) => {
    const all = row.reduce((sum, n) => sum + n, 0);
    const cells = row.map((n, guess) => {
      const shade = n === 0 ? 0 : Math.max(1, Math.round((SHADES * n) / all));
      return html`<td class="${truth === guess ? 'hit' : 'miss'} s${shade}">${n === 0 ? html`<span class="none">0</span>` : n}</td>`;
    });
    return html`<tr><th scope="row">${className(classes, classes[truth]?.name ?? '')}</th>${cells}<td class="sum">${all}</td></tr>
`;
  });
  const columns = classes.map(
    ({ name }, i) => html`<th scope="col"><span class="upright">${name}</span>${classMark(i)}</th>`,
  );
  return html`<p>INT8 on the test side. Rows: what a picture shows; columns: what the model says.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Confusion matrix"><table class="confusion"><thead><tr><th scope="col" class="corner">shows \\ says</th>${columns}<th scope="col" class="sum">all</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function list({ classes, int8: { confusion } }: RunFigures): Markup {
  const pairs = confusion
    .flatMap((row, truth) => row.map((n, guess) => ({ truth, guess, n })))
    .filter(({ truth, guess, n }) => truth !== guess && n > 0)
    .sort((a, b) => b.n - a.n);
  if (pairs.length === 0) return html`<p>Nothing: every test picture was given its class.</p>`;
  const rows = pairs.slice(0, LONGEST).map(
    ({ truth, guess, n }) =>
      html`<tr><td>${className(classes, classes[truth]?.name ?? '')}</td><td>${className(classes, classes[guess]?.name ?? '')}</td><td class="n">${n}</td></tr>
`,
  );
  return html`<p>INT8 on the test side: the most frequent of ${counted(pairs.length, 'pair')} that were mixed up.</p>
<div class="scroll"><table><thead><tr><th scope="col">Shows</th><th scope="col">Says</th><th scope="col" class="n">Pictures</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
