import type { LogTail } from '@edgeloop/daemon';
import {
  type DeviceId,
  type DeviceLog,
  type EpochMillis,
  MAX_LOG_BYTES,
  MAX_LOG_LINES,
  timestamp,
} from '@edgeloop/protocol';
import type { ServerConfig } from '../config/config.ts';
import { openServer } from '../server/open-server.ts';
import type { CommandHandler } from './command-runner.ts';
import { redactSecrets } from './redact-secrets.ts';

export interface LogsOptions {
  readonly tail: Pick<LogTail, 'newest'>;
  /** Null: there is nobody to send them to. */
  readonly server: ServerConfig | null;
  readonly device: DeviceId;
  /** What must not be in them. */
  readonly secrets: () => readonly string[];
  readonly now: () => EpochMillis;
}

const DEFAULT_LINES = 200;
const PATH = '/api/device/log';

/** `logs`: sends the newest lines of this process's own log. */
export function logs({ tail, server, device, secrets, now }: LogsOptions): CommandHandler {
  return async ({ id: command, lines: count = DEFAULT_LINES }, signal) => {
    if (!server) {
      return { outcome: 'refused', reason: 'there is nobody to send it to: set server.url' };
    }
    const hidden = secrets();
    const newest = tail.newest(Math.min(count, MAX_LOG_LINES));
    const lines = fittingLines(newest.map((line) => redactSecrets(line, hidden)));
    const log: DeviceLog = { command, at: timestamp(now()), lines: [...lines] };
    const body = Buffer.from(JSON.stringify(log));
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const client = await openServer(server, device);
    try {
      const { status } = await client.send({
        method: 'PUT',
        path: PATH,
        headers,
        signal,
        body: (async function* () {
          yield body;
        })(),
      });
      if (status < 300) return { outcome: 'done', lines: lines.length };
      return { outcome: 'refused', reason: `the server answered ${status}` };
    } finally {
      client.close();
    }
  };
}

/** The newest that fit into what a server takes. */
export function fittingLines(
  lines: readonly string[],
  most: number = MAX_LOG_BYTES,
): readonly string[] {
  let left = most;
  let from = lines.length;
  while (from > 0) {
    left -= Buffer.byteLength(lines[from - 1] as string);
    if (left < 0) break;
    from -= 1;
  }
  return lines.slice(from);
}
