import { writeSync } from 'node:fs';
import { type Millis, millis } from '@edgeloop/protocol';

/** What runs this process as a service, as far as it wants to be told. */
export interface ServiceManager {
  /** Without `WATCHDOG=1` for so long, it ends the process; null: it does not watch. */
  readonly watchdog: Millis | null;
  /**
   * Assignments as in sd_notify(3), such as `READY=1`. Returns at once; what can't be told is lost.
   */
  tell(...assignments: readonly string[]): void;
}

interface Process {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The one that `systemd/with-notify-socket` left a socket to; null: there is none.
 * @param warn Told when there is one that can't be spoken to.
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function openServiceManager(
  { pid, env }: Process,
  warn: (text: string) => void,
): ServiceManager | null {
  const { NOTIFY_SOCKET: address, WATCHDOG_USEC: micros } = env;
  const { EDGELOOP_NOTIFY_FD: fd, EDGELOOP_NOTIFY_PID: addressee } = env;
  // A child inherits the variables, and not the socket.
  if (fd === undefined || Number(addressee) !== pid) {
    if (address !== undefined) {
      warn(
        `Expected a socket to the service manager at ${address}, received none. Start the program through systemd/with-notify-socket.`,
      );
    }
    return null;
  }
  return {
    watchdog: micros === undefined ? null : millis(Number(micros) / 1000),
    tell(...assignments) {
      try {
        writeSync(Number(fd), assignments.join('\n'));
      } catch {
        // Its queue is full, or it is gone. If the next word does not get through either, its
        // watchdog says so.
      }
    },
  };
}
