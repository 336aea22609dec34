import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { FitEvent } from '../fit/progress.ts';

/** An event as it stands in the file: `time` in ISO 8601, UTC. */
export type TimedEvent = { readonly time: string } & FitEvent;

export interface EventsFileOptions {
  readonly path: string;
  /**
   * Goes on behind what an earlier run wrote; a line that a kill tore is cut off. Otherwise the
   * file begins anew.
   */
  readonly resume: boolean;
  readonly clock: () => Date;
}

/**
 * `events.jsonl`: what `fit` tells, one JSON object a line. Each line is with the operating system
 * when `write` returns, so that `tail -f` follows it and a kill loses none; what is written before
 * `start` is there when that returns.
 */
export class EventsFile {
  readonly #options: EventsFileOptions;
  #file: number | null = null;
  #early = '';

  constructor(options: EventsFileOptions) {
    this.#options = options;
  }

  /**
   * Starts at once where there is no file. Another run's stays until `start`: it may be all that is
   * left of hours of training.
   */
  startBesideNone(): void {
    const { path, resume } = this.#options;
    if (resume || !existsSync(path)) this.start();
  }

  start(): void {
    if (this.#file !== null) return;
    const { path, resume } = this.#options;
    if (resume) cutTornLine(path);
    this.#file = openSync(path, resume ? 'a' : 'w');
    writeSync(this.#file, this.#early);
    this.#early = '';
  }

  write(event: FitEvent): void {
    const timed: TimedEvent = { time: this.#options.clock().toISOString(), ...event };
    const line = `${JSON.stringify(timed)}\n`;
    if (this.#file === null) this.#early += line;
    else writeSync(this.#file, line);
  }

  /** Removes what it has written. Another run's, which it did not come to replace, stays. */
  discard(): void {
    if (this.#file === null) return;
    this.close();
    rmSync(this.#options.path, { force: true });
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

/**
 * The events of a file, without a line that was torn or is still being written. None where there is
 * no file.
 */
export function readEvents(path: string): TimedEvent[] {
  return wholeLines(readOrNothing(path))
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TimedEvent);
}

function cutTornLine(path: string): void {
  const file = openSync(path, 'a+');
  try {
    ftruncateSync(file, wholeLines(readFileSync(file)).length);
  } finally {
    closeSync(file);
  }
}

const wholeLines = (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf('\n') + 1);

function readOrNothing(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
