/**
 * What a thread can be asked, by name: what goes in and what comes back. Both are cloned on their
 * way.
 */
export type Calls = Readonly<
  Record<string, { readonly request: unknown; readonly response: unknown }>
>;

export interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly request: unknown;
}

export type AnswerMessage =
  | { readonly id: number; readonly response: unknown }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };

/** Not a call: the thread answers what it was asked before, cleans up and ends. */
export const CLOSE = 'close';
