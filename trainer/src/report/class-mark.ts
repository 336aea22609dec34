import { html, type Markup } from './html.ts';

/**
 * Classes of the style sheet that hold Okabe and Ito's colours, which the colour-blind can tell
 * apart.
 */
const COLOURS = 8;

/**
 * The square in the colour of a class: the same class, the same colour everywhere. Its name stands
 * beside it.
 */
export function classMark(index: number): Markup {
  const color = `c${index % COLOURS}`;
  return html`<svg class="mark" viewBox="0 0 10 10" aria-hidden="true"><rect class="${color}" x="0.5" y="0.5" width="9" height="9" rx="2"/></svg>`;
}

/** A class's mark and name. */
export function className(classes: readonly { readonly name: string }[], name: string): Markup {
  const index = classes.findIndex((one) => one.name === name);
  return html`<span class="class">${classMark(Math.max(0, index))}<span>${name}</span></span>`;
}
