import type { Liveness } from './liveness.ts';
import type { Log } from './open-log.ts';
import { reportLiveness } from './report-liveness.ts';
import type { ServiceManager } from './service-manager.ts';

export interface Daemon<Started> {
  start(): Promise<Started>;
  close(): Promise<void>;
  /**
   * Asked again and again once it has started, never while an answer is still to come. Never
   * rejects.
   */
  liveness?(): Liveness | Promise<Liveness>;
}

export interface RunOptions {
  /** Resolves with an exit status when the daemon itself wants to end. */
  readonly leaving?: Promise<number>;
  /** Told when it runs, its liveness, and when it ends. */
  readonly manager?: ServiceManager | null;
}

/**
 * Starts it, and closes it on SIGTERM, SIGINT, or when the program that started this process is
 * gone; a second signal ends the process at once.
 * @returns what `start` does; its errors go on to the caller
 */
export async function runDaemon<Started>(
  daemon: Daemon<Started>,
  log: Log,
  { leaving = new Promise(() => {}), manager = null }: RunOptions = {},
): Promise<Started> {
  let ending = false;
  let stopReports = () => {};
  const end = (reason: string, exitStatus = 0) => {
    ending = true;
    stopReports();
    manager?.tell('STOPPING=1', `STATUS=Ending: ${reason}`);
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
  const started = await daemon.start().catch((error: Error) => {
    // One that is told to end while it starts may fail at anything: that is no news.
    if (ending) return new Promise<never>(() => {});
    throw error;
  });
  if (manager && !ending) {
    manager.tell('READY=1');
    if (daemon.liveness) {
      const liveness = () => daemon.liveness!();
      stopReports = reportLiveness(manager, liveness, (text) => log.logger.warn(text));
    }
  }
  return started;
}
