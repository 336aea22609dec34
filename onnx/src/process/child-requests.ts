import { readSync } from 'node:fs';

/** The descriptor on which a child's bytes come, beside its requests: after those of the terminal and the channel. */
export const BYTES = 4;

/** What crosses to the child: the first message sets it up. All are answered one after another, in their order. */
interface RequestMessage {
  readonly id: number;
  readonly request: unknown;
}

export type ResponseMessage =
  | { readonly id: number; readonly response: unknown }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };

/**
 * The child's side of `ChildProcess`: answers each request with what `handle` returns. Ends by itself when the parent
 * goes; leaves signals of the terminal to the parent, which closes its children in order.
 */
export function serveRequests(handle: (request: unknown) => Promise<unknown>): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit(0));
  const answer = ({ id, request }: RequestMessage) =>
    handle(request).then(
      (response) => send({ id, response }),
      ({ code = 'SESSION_FAILED', message }: Error & { code?: string }) =>
        send({ id, failure: { code, message } }),
    );
  let turn: Promise<void> = Promise.resolve();
  process.on('message', (message: RequestMessage) => {
    turn = turn.then(() => answer(message));
  });
}

/**
 * The child's side of a request with bytes: fills `into`, and waits for them, since it has nothing else to do.
 * A message would be written, read and copied in parts, and leave each copy behind as garbage.
 */
export function readBytes(into: Uint8Array): void {
  for (let at = 0; at < into.length; ) {
    const read = readSync(BYTES, into, at, into.length - at, null);
    // The parent has gone.
    if (read === 0) process.exit(0);
    at += read;
  }
}

/** Buffers of messages are outside the heap, whose growth is what usually starts a collection. Milliseconds, for a small heap. */
export function collectGarbage(): void {
  globalThis.gc?.();
}

function send(message: ResponseMessage): void {
  // A parent that has just gone is no error of this process: it ends by `disconnect`.
  process.send?.(message, undefined, undefined, () => {});
}
