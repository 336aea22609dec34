import type { Logger } from 'pino';

/**
 * Starts it, and closes it on SIGTERM, SIGINT, or when the program that started this process is gone; a second signal
 * ends the process at once.
 * @returns what `start` does; its errors go on to the caller
 */
export function runDaemon<Started>(
  daemon: { start(): Promise<Started>; close(): Promise<void> },
  log: Logger,
): Promise<Started> {
  const end = (reason: string) => {
    log.info({ reason }, 'ending');
    process.once('SIGTERM', () => process.exit(1));
    process.once('SIGINT', () => process.exit(1));
    void daemon.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', () => end('disconnect'));
  process.channel?.unref();
  return daemon.start();
}
