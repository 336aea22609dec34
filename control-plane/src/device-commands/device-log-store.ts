import {
  type DeviceId,
  type DeviceLog,
  type EpochMillis,
  epochMillis,
  MAX_LOG_BYTES,
  timestamp,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { DeviceLogView } from '../resources/device-command.ts';

/** The log lines of each device that were fetched last. */
export class DeviceLogStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * For a command that asked for it: a device brings no log of its own accord.
   * @throws ControlPlaneError `CONFLICT`, `UPLOAD_TOO_LARGE`
   */
  async keep(device: DeviceId, { command, at, lines }: DeviceLog): Promise<void> {
    const text = JSON.stringify(lines);
    // Quotes are escaped in it, and lines of JSON have many.
    if (Buffer.byteLength(text) > 2 * MAX_LOG_BYTES) {
      const message = `Expected at most ${MAX_LOG_BYTES} bytes of log lines, received more. Send fewer.`;
      throw new ControlPlaneError('UPLOAD_TOO_LARGE', message);
    }
    const asked = await this.#database
      .selectFrom('device_commands')
      .select('id')
      .where('id', '=', command)
      .where('device', '=', device)
      .where('command', '=', 'logs' as never)
      .where('acknowledged_at', 'is', null)
      .executeTakeFirst();
    if (!asked) {
      const message = `Expected a command logs of ${device} that has no answer yet, received lines for ${command}.`;
      throw new ControlPlaneError('CONFLICT', message);
    }
    const kept = {
      command,
      at: epochMillis(Date.parse(at)),
      received_at: this.#now(),
      lines: text,
    };
    await this.#database
      .insertInto('device_logs')
      .values({ device, ...kept })
      .onConflict((conflict) => conflict.column('device').doUpdateSet(kept))
      .execute();
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async view(device: DeviceId): Promise<DeviceLogView> {
    const row = await this.#database
      .selectFrom('device_logs')
      .selectAll()
      .where('device', '=', device)
      .executeTakeFirst();
    if (row) {
      const { command, at, received_at, lines } = row;
      const times = { at: timestamp(at), receivedAt: timestamp(received_at) };
      return { device, command, ...times, lines: JSON.parse(lines) };
    }
    const message = `Expected a device whose log was fetched, received ${device}. Ask for it: POST /api/devices/${device}/commands {"command": "logs"}.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }
}
