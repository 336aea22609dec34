import type { FileHandle } from 'node:fs/promises';
import type { Millis } from '@edgeloop/protocol';
import type { PartialFile } from './partial-file.ts';

/** What happened to an attempt that did not end well, and whether another may. */
export class DownloadFailure extends Error {
  readonly again: boolean;

  constructor(message: string, again: boolean, options?: ErrorOptions) {
    super(message, options);
    this.again = again;
  }
}

export interface DownloadOptions {
  readonly url: string;
  readonly mostBytes: number;
  /** So long without a byte, and the connection counts as dead. */
  readonly stall: Millis;
  readonly signal: AbortSignal;
  readonly progress: (received: number, total: number | null) => void;
}

/**
 * One attempt to have all bytes of a URL in a partial file, which goes on where it ended (RFC 9110,
 * 14.2 and 13.1.5: Range with If-Range). A server that knows no ranges, or has another file by now,
 * sends all, and it begins again.
 * @returns Whether bytes of an earlier attempt are part of it.
 * @throws DownloadFailure
 */
export async function download(partial: PartialFile, options: DownloadOptions): Promise<boolean> {
  const { url, signal } = options;
  const stalled = new AbortController();
  const watch = () => stalled.abort(new DownloadFailure('no byte came for too long', true));
  const timer = setTimeout(watch, options.stall);
  try {
    const held = await partial.size();
    const validator = held > 0 ? await partial.validator(url) : null;
    const response = await fetch(url, {
      headers: {
        'accept-encoding': 'identity',
        ...(validator !== null && { range: `bytes=${held}-`, 'if-range': validator }),
      },
      signal: AbortSignal.any([signal, stalled.signal]),
    });
    if (isWhole(response, held)) return true;
    const goesOn = await goesOnAfter(held, response, partial);
    const before = goesOn ? held : 0;
    const total = totalBytes(response, before);
    const file = goesOn
      ? await partial.goOn()
      : await partial.begin(url, validatorOf(response.headers));
    const stored = await store(response, file, options.mostBytes - before, (sofar) => {
      timer.refresh();
      options.progress(before + sofar, total);
    });
    const received = before + stored;
    if (received > options.mostBytes) {
      await partial.discard();
      throw new DownloadFailure(`more than ${options.mostBytes} bytes`, false);
    }
    if (total !== null && received < total) throw new Error(`${received} of ${total} bytes came`);
    return goesOn;
  } catch (error) {
    signal.throwIfAborted();
    if (stalled.signal.aborted) throw stalled.signal.reason;
    if (error instanceof DownloadFailure || isFileError(error)) throw error;
    throw new DownloadFailure(reason(error as Error), true, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** What is held lacks nothing: the process was ended just before it was done. */
function isWhole({ status, headers }: Response, held: number): boolean {
  return status === 416 && headers.get('content-range') === `bytes */${held}`;
}

/**
 * Whether an answer of success goes on after the bytes that are held; otherwise it has all of them.
 * @throws DownloadFailure for another answer
 */
async function goesOnAfter(
  held: number,
  { status, headers }: Response,
  partial: PartialFile,
): Promise<boolean> {
  if (status === 200) return false;
  if (status === 206 && headers.get('content-range')?.startsWith(`bytes ${held}-`)) return true;
  if (status === 206 || status === 416) {
    // What is held is not the beginning of what is there.
    await partial.discard();
    throw new DownloadFailure(`status ${status} for bytes from ${held}`, true);
  }
  throw new DownloadFailure(`status ${status}`, status >= 500 || status === 408 || status === 429);
}

/** Writes what comes. @returns how many bytes came: more than `most`, and the rest was left out */
async function store(
  response: Response,
  file: FileHandle,
  most: number,
  onStored: (sofar: number) => void,
): Promise<number> {
  let received = 0;
  try {
    for await (const chunk of response.body ?? []) {
      received += chunk.length;
      if (received > most) break;
      await file.writeFile(chunk);
      onStored(received);
    }
  } finally {
    await file.close();
  }
  return received;
}

function totalBytes({ headers }: Response, held: number): number | null {
  const length = headers.get('content-length');
  return length === null ? null : held + Number(length);
}

/** A weak ETag does not promise equal bytes (RFC 9110, 13.1.5). */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

/** Of the disk, as ENOSPC: no other attempt would mend it. fetch has its errors as a cause. */
function isFileError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

/** fetch says "fetch failed", and its cause why. */
function reason(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
