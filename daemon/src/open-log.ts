import pino, { type Logger } from 'pino';

/** Bytes of the log that wait to be written; what is beyond is dropped. */
const BACKLOG = 1 << 20;

/**
 * JSON lines on standard output (1) or standard error (2). Never waits for whoever reads them: a reader that hangs must
 * not stop the work.
 */
export function openLog(fd: 1 | 2, level: string, base: Readonly<Record<string, string>>): Logger {
  const output = pino.destination({ dest: fd, sync: false, maxLength: BACKLOG });
  output.on('error', () => {});
  return pino({ level, base }, output);
}
