import type { Precision, Provider } from './provider.ts';

/** What the probing process is asked: whether a small product comes out right. */
export interface ProbeRequest {
  readonly provider: Provider;
  readonly precision: Precision;
}

export type ProviderProbe =
  /** @property hardware On a GPU, not on a driver that computes on the processor. */
  | { readonly there: true; readonly hardware: boolean }
  | { readonly there: false; readonly why: string };
