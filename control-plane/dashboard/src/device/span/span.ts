/** What of the past is looked at. */
export type SpanName = 'hour' | 'day' | 'week';

interface SpanKind {
  readonly label: string;
  readonly millis: number;
  /** What is live is read again so often, in ms. */
  readonly every: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const SPANS: Readonly<Record<SpanName, SpanKind>> = {
  hour: { label: 'Hour', millis: HOUR, every: 15_000 },
  day: { label: 'Day', millis: 24 * HOUR, every: MINUTE },
  week: { label: 'Week', millis: 7 * 24 * HOUR, every: 5 * MINUTE },
};

export interface Span {
  readonly name: SpanName;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** It ends now, and goes on. */
  readonly live: boolean;
}

/** As the address has it: `span` and `to`. What it does not know is the last hour. */
export function readSpan(query: URLSearchParams, now: number): Span {
  const given = query.get('span') ?? '';
  const name: SpanName = Object.hasOwn(SPANS, given) ? (given as SpanName) : 'hour';
  const { millis, every } = SPANS[name];
  const asked = Date.parse(query.get('to') ?? '');
  const live = !(asked < now);
  // In steps: each is another question to the control plane.
  const to = live ? Math.ceil(now / every) * every : asked;
  return { name, from: to - millis, to, live };
}

/** The query of the address, with another span. What is said by default is left out. */
export function writeSpan(
  query: URLSearchParams,
  { name, to }: { readonly name: SpanName; readonly to: number | null },
): URLSearchParams {
  const written = new URLSearchParams(query);
  written.delete('span');
  written.delete('to');
  if (name !== 'hour') written.set('span', name);
  if (to !== null) written.set('to', new Date(to).toISOString());
  return written;
}

/** The span before, or after; null: what comes after is now. */
export function turn({ name, to }: Span, back: boolean, now: number): number | null {
  const next = to + (back ? -1 : 1) * SPANS[name].millis;
  return next < now ? next : null;
}
