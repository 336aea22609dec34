import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHON = '/usr/bin/python3';
/** For tap's `skip`. CI must have it. */
export const pythonMissing = process.env.CI !== 'true' && !existsSync(PYTHON) && 'needs python3';

/** As systemd hears it: each datagram with who has sent it, by what the kernel says. */
const RECEIVER = `
import json, socket, struct, sys
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
heard.bind(sys.argv[1])
print('[]', flush=True)
while True:
    data, ancillary, _, _ = heard.recvmsg(4096, socket.CMSG_SPACE(12))
    print(json.dumps([struct.unpack('3i', ancillary[0][2])[0], data.decode()]), flush=True)
`;

export interface Notification {
  readonly pid: number;
  readonly assignments: readonly string[];
}

/** What a service manager listens at. */
export class NotifySocket {
  readonly #folder = mkdtempSync(join(tmpdir(), 'notify-'));
  readonly #child: ChildProcess;
  readonly #path = join(this.#folder, 'socket');
  readonly told: Notification[] = [];

  private constructor() {
    this.#child = spawn(PYTHON, ['-c', RECEIVER, this.#path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  static async open(): Promise<NotifySocket> {
    const socket = new NotifySocket();
    const lines = createInterface({ input: socket.#child.stdout! });
    await once(lines, 'line');
    lines.on('line', (line) => {
      const [pid, text] = JSON.parse(line) as [number, string];
      socket.told.push({ pid, assignments: text.split('\n') });
    });
    return socket;
  }

  /** What the unit puts before the program, and into its environment. */
  service(watchdogMillis: number): {
    readonly launcher: string[];
    readonly env: NodeJS.ProcessEnv;
  } {
    const launcher = fileURLToPath(new URL('../../../systemd/with-notify-socket', import.meta.url));
    const env = { NOTIFY_SOCKET: this.#path, WATCHDOG_USEC: String(watchdogMillis * 1000) };
    return { launcher: [launcher], env };
  }

  has(assignment: string): boolean {
    return this.told.some(({ assignments }) => assignments.includes(assignment));
  }

  close(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
