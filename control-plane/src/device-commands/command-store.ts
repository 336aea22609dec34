import {
  type Ack,
  type CommandId,
  type CommandName,
  type DeviceId,
  type EpochMillis,
  timestamp,
} from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { CommandPage, CommandQuery, CommandView } from '../resources/device-command.ts';
import { DEFAULT_LIMIT } from '../resources/page.ts';
import type { RetentionRule } from '../retention/retention.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import type { CommandTables } from './command-tables.ts';
import type { CommandParameters } from './complete-command.ts';

export interface NewCommandRow {
  readonly id: CommandId;
  readonly device: DeviceId;
  readonly command: CommandName;
  readonly parameters: CommandParameters;
  readonly by: string;
  readonly expiresAt: EpochMillis;
}

/** Of one device, without an answer; one more is refused until those before are done. */
const MOST_PENDING = 32;
/** What was asked longer ago is forgotten. */
const KEPT_FOR = 30 * 86_400_000;
/** Rows of one transaction. */
const BATCH = 500;
const CURSOR = 'device-commands';

/** What devices were asked, by whom, and what became of it. */
export class CommandStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** @throws ControlPlaneError `TOO_BUSY` */
  create({ id, device, command, parameters, by, expiresAt }: NewCommandRow): Promise<CommandView> {
    return this.#database.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('device_commands')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('device', '=', device)
        .where('state', '=', 'pending')
        .executeTakeFirstOrThrow();
      if (Number(count) >= MOST_PENDING) {
        const message = `Expected at most ${MOST_PENDING} commands of ${device} that wait for an answer, received one more. Is it online?`;
        throw new ControlPlaneError('TOO_BUSY', message);
      }
      const row = {
        id,
        device,
        command,
        parameters: JSON.stringify(parameters),
        state: 'pending' as const,
        created_at: this.#now(),
        created_by: by,
        expires_at: expiresAt,
        acknowledged_at: null,
        ack: null,
      };
      await trx.insertInto('device_commands').values(row).execute();
      return viewOf(row);
    });
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async view(device: DeviceId, id: CommandId): Promise<CommandView> {
    const row = await this.#database
      .selectFrom('device_commands')
      .selectAll()
      .where('id', '=', id)
      .where('device', '=', device)
      .executeTakeFirst();
    if (row) return viewOf(row);
    const message = `Expected a command that ${device} was asked within the last 30 days, received ${id}.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }

  /** Of a device, newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
  async list(
    device: DeviceId,
    { cursor, limit = DEFAULT_LIMIT }: CommandQuery,
  ): Promise<CommandPage> {
    const [below] = cursor ? decodeCursor(CURSOR, ['number'], cursor) : [];
    let query = this.#database
      .selectFrom('device_commands')
      .selectAll()
      .where('device', '=', device);
    if (below !== undefined) query = query.where('number', '<', below);
    const rows = await query.orderBy('number', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    return {
      commands: rows.map(viewOf),
      next: last && rows.length === limit ? encodeCursor(CURSOR, [last.number]) : null,
    };
  }

  /** Those that wait for an answer, in the order of asking. */
  async pending(): Promise<CommandView[]> {
    const rows = await this.#database
      .selectFrom('device_commands')
      .selectAll()
      .where('state', '=', 'pending')
      .orderBy('number')
      .execute();
    return rows.map(viewOf);
  }

  /**
   * What a device says of one of its own commands; the first word counts, also where it comes late.
   * Null: nothing to note.
   */
  async settle(device: DeviceId, ack: Ack): Promise<CommandView | null> {
    const { id, command, outcome } = ack;
    const { numUpdatedRows } = await this.#database
      .updateTable('device_commands')
      .set({ state: outcome, acknowledged_at: this.#now(), ack: JSON.stringify(ack) })
      .where('id', '=', id)
      .where('device', '=', device)
      .where('command', '=', command)
      .where('acknowledged_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 0n ? null : this.view(device, id);
  }

  /** No answer came in time. Null: one did. */
  async expire({ device, id }: Pick<CommandView, 'device' | 'id'>): Promise<CommandView | null> {
    const { numUpdatedRows } = await this.#database
      .updateTable('device_commands')
      .set({ state: 'expired' })
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .executeTakeFirst();
    return numUpdatedRows === 0n ? null : this.view(device, id);
  }

  readonly retention: RetentionRule = {
    name: 'commands',
    removeSome: async (now) => {
      const { numDeletedRows } = await this.#database
        .deleteFrom('device_commands')
        .where('number', 'in', (from) =>
          from
            .selectFrom('device_commands')
            .select('number')
            .where('created_at', '<', now - KEPT_FOR)
            .limit(BATCH),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function viewOf(row: Omit<Selectable<CommandTables['device_commands']>, 'number'>): CommandView {
  const { id, device, command, parameters, state, acknowledged_at } = row;
  return {
    id,
    device,
    command,
    parameters: JSON.parse(parameters),
    state,
    createdAt: timestamp(row.created_at),
    createdBy: row.created_by,
    expiresAt: timestamp(row.expires_at),
    acknowledgedAt: acknowledged_at === null ? null : timestamp(acknowledged_at),
    ack: row.ack === null ? null : JSON.parse(row.ack),
  };
}
