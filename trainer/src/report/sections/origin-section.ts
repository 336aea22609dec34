import { counted, significant } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** What one needs to make the same model again. */
export function originSection(figures: RunFigures): Markup {
  const { recipe, versions, machine, baseWeights } = figures;
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  return section(
    ...(['origin', 'Where it comes from', 'full'] as const),
    html`<div class="beside"><div><h3>Recipe</h3>${list(
      Object.entries(recipe)
        .filter(([key]) => key !== 'init')
        .map(([key, value]) => [inWords(key), shown(value)]),
    )}</div>
<div><h3>Weights and package</h3>${list([
      ['begun with', baseWeights ? baseWeights.file : 'random weights'],
      ...(baseWeights ? ([['SHA-256', html`<code>${baseWeights.sha256}</code>`]] as const) : []),
      ['package', html`<code>${figures.package}</code>`],
    ])}</div>
<div><h3>Machine</h3>${list([
      ['processor', `${machine.cpu}, ${counted(machine.cores, 'core')}`],
      ['memory', memory],
      ['system', machine.system],
      ['speed', `${significant(figures.imagesPerSecond)} pictures/s while training`],
      ...Object.entries(versions),
    ])}</div></div>`,
  );
}

function list(entries: readonly (readonly [string, string | Markup])[]): Markup {
  return html`<dl>${entries.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** `labelSmoothing` → `label smoothing`. */
const inWords = (key: string) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(shown).join(' to ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
