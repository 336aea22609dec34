import type { Millis } from '@edgeloop/protocol';

/**
 * Does what the first of these ends: a signal that aborts, or a time that is over. For what is done
 * again and again beside a signal that lives as long as its process: of `AbortSignal.any` that
 * would keep an entry for each time, for ever (nodejs/node#55351 on Node 20, nodejs/node#64476 on
 * later ones). When the work has settled nothing is left of it, and its signal does not abort any
 * more.
 * @returns what the work does @throws what it throws
 */
export async function untilAny<Done>(
  ends: readonly (AbortSignal | Millis)[],
  work: (signal: AbortSignal) => Promise<Done>,
): Promise<Done> {
  const either = new AbortController();
  const releases = ends.map((end) =>
    typeof end === 'number' ? endAfter(end, either) : endWith(end, either),
  );
  try {
    return await work(either.signal);
  } finally {
    for (const release of releases) release();
  }
}

function endWith(signal: AbortSignal, either: AbortController): () => void {
  const abort = () => either.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/** As `AbortSignal.timeout` does, it keeps no process. */
function endAfter(time: Millis, either: AbortController): () => void {
  const late = new DOMException(`Expected it to be done within ${time} ms.`, 'TimeoutError');
  const timer = setTimeout(() => either.abort(late), time);
  timer.unref();
  return () => clearTimeout(timer);
}
