import type { Log } from './open-log.ts';

/**
 * Starts it, and closes it on SIGTERM, SIGINT, or when the program that started this process is gone; a second signal
 * ends the process at once.
 * @param leaving Resolves with an exit status when the daemon itself wants to end.
 * @returns what `start` does; its errors go on to the caller
 */
export function runDaemon<Started>(
  daemon: { start(): Promise<Started>; close(): Promise<void> },
  log: Log,
  leaving: Promise<number> = new Promise(() => {}),
): Promise<Started> {
  let ending = false;
  const end = (reason: string, exitStatus = 0) => {
    ending = true;
    log.logger.info({ reason }, 'ending');
    void daemon
      .close()
      .then(() => log.close())
      .then(() => process.exit(exitStatus));
  };
  const signalled = (signal: string) => {
    if (ending) process.kill(process.pid, 'SIGKILL');
    end(signal);
  };
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  process.on('disconnect', () => !ending && end('disconnect'));
  process.channel?.unref();
  void leaving.then((exitStatus) => !ending && end('asked to', exitStatus));
  return daemon.start();
}
