import type { FitOptions, FitSummary } from '../fit/fit-options.ts';
import type { FitEvent } from '../fit/progress.ts';
import type { Failure } from './failure-of.ts';

/** What the process of a fit is told. */
export type FitRequest =
  | { readonly kind: 'fit'; readonly options: FitOptions }
  | { readonly kind: 'stop' };

/** What it tells; of the last two kinds one comes, once. */
export type FitAnswer =
  | { readonly kind: 'event'; readonly event: FitEvent }
  | { readonly kind: 'finished'; readonly summary: FitSummary }
  | { readonly kind: 'failed'; readonly failure: Failure };
