import { readSync, writeSync } from 'node:fs';
import { answerTo, CHANNEL, leaveSignals, type RequestMessage } from './child-requests.ts';
import { frame, HEADER, lengthsOf, parse } from './frames.ts';

/** What a socket says whose other end was closed: reset where that had not read all. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);
/** Of those behind the request that is being handled. */
let unread = 0;

/**
 * The child's side of a `ChildProcess` that is `blocking`: between two requests it does nothing but
 * wait, in the kernel. A turn of the event loop and Node's own messages would take several times as
 * long as the way itself. Ends by itself when the parent goes.
 * @param handle Returns what JSON has a word for, arrays of numbers aside: null, not undefined.
 * @param answered What it does when an answer is on its way, before it looks for the next request.
 */
export async function serveBlocking(
  handle: (request: unknown) => Promise<unknown>,
  answered: () => void = () => {},
): Promise<never> {
  leaveSignals();
  for (;;) {
    const message = readMessage() as RequestMessage;
    const answer = await answerTo(message, handle);
    // Where it failed before it read them.
    if (unread > 0) readBytes(new Uint8Array(unread));
    write(frame(answer));
    answered();
  }
}

/**
 * The bytes that come with the request that is being handled: fills `into`.
 * @throws RangeError where there are not as many
 */
export function readBytes(into: Uint8Array): void {
  if (into.length > unread) {
    throw new RangeError(`Expected ${into.length} bytes with a request, received ${unread}.`);
  }
  unread -= into.length;
  read(into);
}

function readMessage(): unknown {
  const header = Buffer.alloc(HEADER);
  read(header);
  const lengths = lengthsOf(header);
  const text = Buffer.alloc(lengths.text);
  read(text);
  unread = lengths.bytes;
  return parse(text, (length) => {
    const bytes = new Uint8Array(length);
    readBytes(bytes);
    return bytes;
  });
}

function read(into: Uint8Array): void {
  for (let at = 0; at < into.length; ) {
    const count = whileParentIsThere(() => readSync(CHANNEL, into, at, into.length - at, null));
    // The parent has gone: no error of this process.
    if (count === 0) process.exit(0);
    at += count;
  }
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    at += whileParentIsThere(() => writeSync(CHANNEL, bytes, at));
  }
}

function whileParentIsThere(transfer: () => number): number {
  try {
    return transfer();
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code)) process.exit(0);
    throw error;
  }
}
