import type { Share } from '../../evaluate/wilson.ts';
import { html, type Markup } from '../html.ts';
import { place } from './scale.ts';

/**
 * A share as a thin bar over 0…1, with its interval as a band around its end. Its figures stand
 * beside it, as text.
 */
export function intervalBar({ value, low, high }: Share): Markup {
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="fill" width="${place(100 * value)}" height="8"/><rect class="band" x="${place(100 * low)}" width="${place(100 * (high - low))}" height="8"/><rect class="end" x="${place(Math.min(99.2, 100 * value))}" width="0.8" height="8"/></svg>`;
}

/** A share as a thin bar. */
export function shareBar(value: number): Markup {
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="fill" width="${place(100 * value)}" height="8"/></svg>`;
}
