import { html, type Markup } from '../html.ts';

/** A part of the page under its heading. `width` in halves of the page. */
export function section(id: string, title: string, width: 'half' | 'full', body: Markup): Markup {
  return html`<section class="card ${width}" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}</section>
`;
}
