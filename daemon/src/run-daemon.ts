import type { Log } from './open-log.ts';

/**
 * Starts it, and closes it on SIGTERM, SIGINT, or when the program that started this process is gone; a second signal
 * ends the process at once.
 * @returns what `start` does; its errors go on to the caller
 */
export function runDaemon<Started>(
  daemon: { start(): Promise<Started>; close(): Promise<void> },
  log: Log,
): Promise<Started> {
  let ending = false;
  const end = (reason: string) => {
    if (ending) process.kill(process.pid, 'SIGKILL');
    ending = true;
    log.logger.info({ reason }, 'ending');
    void daemon
      .close()
      .then(() => log.close())
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', () => !ending && end('disconnect'));
  process.channel?.unref();
  return daemon.start();
}
