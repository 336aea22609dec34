import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileSha256 } from '@edgeloop/disk';
import {
  type Backoff,
  backoffDelay,
  type Millis,
  millis,
  type Sha256,
  seconds,
} from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import { checkDigest } from './digest-pin.ts';
import { DownloadFailure, download } from './download.ts';
import type { WeightsSource } from './known-weights.ts';
import { PartialFile } from './partial-file.ts';

/** What `weights fetch` tells while it runs. */
export type FetchEvent =
  | { readonly kind: 'bytes'; readonly received: number; readonly total: number | null }
  | { readonly kind: 'again'; readonly reason: string; readonly wait: Millis };

/** How patient it is. */
export interface Patience {
  /** Attempts in a row that bring nothing new. */
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly stall: Millis;
}

export const PATIENCE: Patience = {
  attempts: 5,
  backoff: { base: millis(500), cap: millis(8_000) },
  stall: seconds(30),
};

export interface FetchOptions {
  readonly source: WeightsSource;
  readonly target: string;
  /** What `fit --init` takes for it. */
  readonly init: string;
  readonly patience: Patience;
  readonly report: (event: FetchEvent) => void;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Where the length is not known beforehand. */
const MOST_BYTES = 4 * 1024 ** 3;

/**
 * Fetches weights to `target`, which is there whole and with the right digest or not at all. What
 * came of an attempt that ended early is kept beside it as `.partial`, and the next one goes on
 * from there.
 * @returns Its digest, and whether it was there before.
 * @throws TrainerError `WEIGHTS_UNREACHABLE`, `WEIGHTS_REFUSED`, `FIT_INTERRUPTED`
 */
export async function fetchWeights(
  options: FetchOptions,
): Promise<{ sha256: Sha256; already: boolean }> {
  const { source, target } = options;
  if (existsSync(target)) {
    const sha256 = await fileSha256(target);
    checkDigest(sha256, source.sha256, target, 'Remove that file, or choose another by --out.');
    return { sha256, already: true };
  }
  const partial = new PartialFile(target);
  for (;;) {
    const wentOn = await attempts(partial, options);
    const sha256 = await fileSha256(partial.path);
    if (sha256.startsWith(source.sha256)) {
      await partial.finish();
      return { sha256, already: false };
    }
    await partial.discard();
    // Perhaps the server did not notice that it had another file before: once more, from the
    // beginning.
    if (!wentOn) {
      checkDigest(
        ...[sha256, source.sha256, source.url],
        'What came was deleted. A proxy may have answered in its place; or the file has changed: if you trust it, fetch it by --url with this digest as --sha256.',
      );
    }
  }
}

/** Until all bytes are there. @returns Whether some are of an earlier attempt. */
async function attempts(partial: PartialFile, options: FetchOptions): Promise<boolean> {
  const { source, patience, report, random, signal } = options;
  let most = await partial.size();
  let failures = 0;
  for (;;) {
    try {
      return await download(partial, {
        url: source.url,
        stall: patience.stall,
        signal,
        mostBytes: source.bytes ?? MOST_BYTES,
        progress: (received, total) =>
          report({ kind: 'bytes', received, total: total ?? source.bytes }),
      });
    } catch (error) {
      if (signal.aborted) throw stopped(await partial.size(), partial.path, error as Error);
      if (!(error instanceof DownloadFailure)) throw unwritable(options.target, error as Error);
      const held = await partial.size();
      failures = held > most ? 1 : failures + 1;
      most = Math.max(most, held);
      if (!error.again || failures >= patience.attempts)
        throw unreachable(options, error, failures);
      const wait = backoffDelay(patience.backoff, failures - 1, random());
      report({ kind: 'again', reason: error.message, wait });
      await delay(wait, null, { signal }).catch((cause: Error) => {
        throw stopped(held, partial.path, cause);
      });
    }
  }
}

function unreachable(
  { source, target, init }: FetchOptions,
  cause: Error,
  tries: number,
): TrainerError {
  return new TrainerError(
    'WEIGHTS_UNREACHABLE',
    [
      `Expected ${basename(target)} from ${source.url}, received ${cause.message}${tries > 1 ? ` ${tries} times` : ''}.`,
      'Without a network, fetch it elsewhere:',
      `  1. download ${source.url}`,
      `  2. put it at ${target}`,
      `  3. run edgeloop-trainer fit <folder> --out <package> --init ${init}`,
    ].join('\n'),
    { cause },
  );
}

function unwritable(target: string, cause: Error): TrainerError {
  return new TrainerError(
    'OPTION_INVALID',
    `Expected to write ${target}: ${cause.message}. Choose another place by --out.`,
    { cause },
  );
}

function stopped(held: number, path: string, cause: Error): TrainerError {
  return new TrainerError(
    'FIT_INTERRUPTED',
    `Stopped. ${(held / 1e6).toFixed(1)} MB are kept at ${path}: the same command goes on from there.`,
    { cause },
  );
}
