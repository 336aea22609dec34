import { setTimeout as delay } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import type { LogTail } from './log-tail.ts';

/** Bytes of the log that wait to be written; what is beyond is dropped. */
const BACKLOG = 1 << 20;
/** The last lines may take so long to be written when the process ends. */
const LAST_LINES = 500;

export interface Log {
  readonly logger: Logger;
  /**
   * Writes what waits, unless nobody reads it. The process must end then: it would try for ever at
   * its exit.
   */
  close(): Promise<void>;
}

/**
 * JSON lines on standard output (1) or standard error (2). Never waits for whoever reads them: a
 * reader that hangs must not stop the work, nor the end of it.
 * @param tail Keeps the newest lines as well.
 */
export function openLog(
  fd: 1 | 2,
  level: string,
  base: Readonly<Record<string, string>>,
  tail?: LogTail,
): Log {
  const output = pino.destination({ dest: fd, sync: false, maxLength: BACKLOG });
  output.on('error', () => {});
  return {
    logger: pino({ level, base }, tail ? both(tail, output) : output),
    async close() {
      const written = new Promise((resolve) => output.flush(resolve));
      await Promise.race([written, delay(LAST_LINES, undefined, { ref: false })]);
      output.destroy();
    },
  };
}

const both = (tail: LogTail, output: { write(line: string): unknown }) => ({
  write(line: string): void {
    tail.add(line);
    output.write(line);
  },
});
