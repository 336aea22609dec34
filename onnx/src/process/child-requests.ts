/** The descriptor on which a child is asked and answers: after those of the terminal. */
export const CHANNEL = 3;

/**
 * What crosses to the child: the first message sets it up. All are answered one after another, in
 * their order.
 */
export interface RequestMessage {
  readonly id: number;
  readonly request: unknown;
}

export type ResponseMessage =
  | { readonly id: number; readonly response: unknown }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };

/** A child that a stranger's model has taken over may write anything. */
export function isResponse(message: unknown): message is ResponseMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { id, failure } = message as { id?: unknown; failure?: Record<string, unknown> | null };
  if (typeof id !== 'number') return false;
  if ('response' in message) return true;
  return typeof failure?.code === 'string' && typeof failure.message === 'string';
}

/**
 * The child's side of `ChildProcess`: answers each request with what `handle` returns. Ends by
 * itself when the parent goes, also amid a request that waits.
 */
export function serveRequests(handle: (request: unknown) => Promise<unknown>): void {
  leaveSignals();
  process.on('disconnect', () => process.exit(0));
  let turn: Promise<void> = Promise.resolve();
  process.on('message', (message: RequestMessage) => {
    turn = turn.then(async () => send(await answerTo(message, handle)));
  });
}

/** Signals of the terminal are the parent's, which closes its children in order. */
export function leaveSignals(): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
}

/** What `handle` makes of a request, or threw. */
export async function answerTo(
  { id, request }: RequestMessage,
  handle: (request: unknown) => Promise<unknown>,
): Promise<ResponseMessage> {
  try {
    return { id, response: await handle(request) };
  } catch (error) {
    const { code = 'SESSION_FAILED', message } = error as Error & { code?: string | number };
    return { id, failure: { code: String(code), message: String(message) } };
  }
}

/**
 * Buffers of messages are outside the heap, whose growth is what usually starts a collection.
 * Milliseconds, for a small heap.
 */
export function collectGarbage(): void {
  globalThis.gc?.();
}

function send(message: ResponseMessage): void {
  // A parent that has just gone is no error of this process: it ends by `disconnect`.
  process.send?.(message, undefined, undefined, () => {});
}
