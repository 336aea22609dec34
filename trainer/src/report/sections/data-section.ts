import { className } from '../class-mark.ts';
import { count, counted } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { ClassFigures, RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** Names of skipped files that are shown. */
const MOST_NAMED = 50;

/** What it was trained and tested on. */
export function dataSection({ classes, fingerprint, duplicates, skipped }: RunFigures): Markup {
  const sides = ['train', 'validation', 'test'] as const;
  const all = (one: ClassFigures) => one.train + one.validation + one.test;
  const total = (side: (typeof sides)[number]) => classes.reduce((sum, one) => sum + one[side], 0);
  const rows = classes.map(
    (one) =>
      html`<tr><th scope="row">${className(classes, one.name)}</th>${sides.map((side) => html`<td class="n">${count(one[side])}</td>`)}<td class="n">${count(all(one))}</td></tr>
`,
  );
  return section(
    ...(['data', 'Pictures', 'half'] as const),
    html`<div class="scroll"><table><thead><tr><th scope="col">Class</th><th scope="col" class="n">Train</th><th scope="col" class="n">Validation</th><th scope="col" class="n">Test</th><th scope="col" class="n">All</th></tr></thead><tbody>${rows}</tbody>
<tfoot><tr><th scope="row">All</th>${sides.map((side) => html`<td class="n">${count(total(side))}</td>`)}<td class="n">${count(classes.reduce((sum, one) => sum + all(one), 0))}</td></tr></tfoot></table></div>
<p>${duplicates === 0 ? 'No two files had the same bytes.' : `${counted(duplicates, 'file')} had the bytes of another and ${duplicates === 1 ? 'was' : 'were'} left out.`} ${skipped.length === 0 && 'No file was skipped.'}</p>
${skipped.length > 0 && skippedFiles(skipped)}
<p class="note">Fingerprint <code>${fingerprint}</code></p>`,
  );
}

function skippedFiles(skipped: RunFigures['skipped']): Markup {
  const rest = skipped.length - MOST_NAMED;
  return html`<details><summary>${counted(skipped.length, 'file')} skipped</summary><ul>${skipped
    .slice(0, MOST_NAMED)
    .map(
      ({ file, reason }) => html`<li><b>${file}</b>: ${reason}</li>`,
    )}${rest > 0 && html`<li>and ${count(rest)} more</li>`}</ul></details>`;
}
