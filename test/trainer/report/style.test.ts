import t from 'tap';
import { STYLE } from '../../../trainer/src/report/style.ts';

type Rgb = readonly [number, number, number];

const [light = '', dark = ''] = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body);

function token(scheme: string, name: string): Rgb {
  const [, value = ''] = new RegExp(`--${name}: ([^;]+);`).exec(scheme) ?? [];
  if (!value.startsWith('#')) return value.split(',').map(Number) as unknown as Rgb;
  const digits = value.length === 4 ? [...value.slice(1)].map((d) => d + d) : value.match(/\w\w/g);
  return digits?.map((pair) => Number.parseInt(pair, 16)) as unknown as Rgb;
}

/** WCAG 2.2, relative luminance. */
function luminance(color: Rgb): number {
  const [r, g, b] = color
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const over = (top: Rgb, below: Rgb, share: number) =>
  top.map((value, i) => share * value + (1 - share) * (below[i] as number)) as unknown as Rgb;

for (const [scheme, tokens] of [
  ['light', light],
  ['dark', dark],
] as const) {
  const card = token(tokens, 'card');
  for (const [what, text, below] of [
    ['text on the page', 'text', token(tokens, 'page')],
    ['captions on the page', 'muted', token(tokens, 'page')],
    ['text on a card', 'text', card],
    ['captions on a card', 'muted', card],
    ['what is fine', 'good', card],
    ['what needs attention', 'attention', card],
    ['what can be opened', 'accent', card],
    ['an empty cell of the matrix', 'muted', token(tokens, 'track')],
    ['the fullest right cell', 'text', over(token(tokens, 'hit'), card, 0.4)],
    ['the fullest wrong cell', 'text', over(token(tokens, 'miss'), card, 0.58)],
  ] as const) {
    t.test(`${scheme}: ${what} stands out by 4.5 : 1`, async (t) => {
      const ratio = contrast(token(tokens, text), below);
      t.ok(ratio >= 4.5, ratio.toFixed(2));
    });
  }
}
