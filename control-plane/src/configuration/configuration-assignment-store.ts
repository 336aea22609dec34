import {
  type ConfigurationReport,
  type DesiredConfiguration,
  type DeviceId,
  type EpochMillis,
  timestamp,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type {
  ConfigurationAssignment,
  ConfigurationAssignmentPage,
  ConfigurationVersionQuery,
  DeviceConfiguration,
} from '../resources/configuration.ts';
import { DEFAULT_LIMIT } from '../resources/page.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import { findSetByHand } from './set-by-hand.ts';

export interface ConfigurationAssignmentStoreOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
}

/**
 * Which configuration holds on which device since when, who said so, and what the device says of
 * it.
 */
export class ConfigurationAssignmentStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: ConfigurationAssignmentStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Lets a version hold on a device from now on; one that holds already stays as it is, unless a
   * rollout brought it: what a person says stays where that goes back.
   * @param version Null: the device's agent.yaml alone.
   * @param source Who says so: `token:<name>`, `rollout:<id>`.
   * @param check Of what is so far, within the transaction that changes it; throws to keep it so.
   * @throws ControlPlaneError `NOT_FOUND` for a version that is not there
   */
  assign(
    device: DeviceId,
    version: number | null,
    source: string,
    check: (now: DeviceConfiguration) => void = () => {},
  ): Promise<DeviceConfiguration> {
    return this.#database.transaction().execute(async (trx) => {
      const before = await viewOf(trx, device);
      check(before);
      if (version !== null) await requireVersion(trx, version);
      const { version: holds = null, source: by = '' } = before.assigned ?? {};
      if (holds === version && (isRollout(source) || !isRollout(by))) return before;
      const assigned_at = this.#now();
      await trx
        .insertInto('configuration_assignments')
        .values({ device, version, source, assigned_at })
        .execute();
      return { ...before, assigned: { version, source, assignedAt: timestamp(assigned_at) } };
    });
  }

  /**
   * Within a transaction, for many at once. Each must be there: see `requireVersion`.
   * @param takesBack whether it is what held before a rollout had changed it
   */
  async assignAll(
    trx: Database,
    devices: readonly DeviceId[],
    version: number | null,
    source: string,
    takesBack = false,
  ): Promise<void> {
    if (devices.length === 0) return;
    const assigned_at = this.#now();
    const takes_back = Number(takesBack);
    await trx
      .insertInto('configuration_assignments')
      .values(devices.map((device) => ({ device, version, source, assigned_at, takes_back })))
      .execute();
  }

  /**
   * What holds on each, by who said so last; null: its agent.yaml alone. Of one of which nobody
   * said anything: no entry.
   */
  async assigned(
    devices: readonly DeviceId[],
    within: Database = this.#database,
  ): Promise<ReadonlyMap<DeviceId, number | null>> {
    if (devices.length === 0) return new Map();
    const rows = await within
      .selectFrom('configuration_assignments')
      .select(['device', 'version'])
      .where('id', 'in', lastOf(within, devices))
      .execute();
    return new Map(rows.map(({ device, version }) => [device, version]));
  }

  /** See `findSetByHand`. */
  setByHand(
    devices: readonly DeviceId[],
    source: string | number | null,
    within: Database = this.#database,
  ): Promise<ReadonlySet<DeviceId>> {
    return findSetByHand(within, devices, source);
  }

  /** The number of what was said last of any device, by anyone; 0: nothing was. */
  async lastSaid(within: Database): Promise<number> {
    const { last } = await within
      .selectFrom('configuration_assignments')
      .select(({ fn }) => fn.max<number | null>('id').as('last'))
      .executeTakeFirstOrThrow();
    return last ?? 0;
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  requireVersion(version: number, within: Database = this.#database): Promise<void> {
    return requireVersion(within, version);
  }

  view(device: DeviceId): Promise<DeviceConfiguration> {
    return viewOf(this.#database, device);
  }

  /** Of a device, newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
  async history(
    device: DeviceId,
    { cursor, limit = DEFAULT_LIMIT }: ConfigurationVersionQuery,
  ): Promise<ConfigurationAssignmentPage> {
    const [below] = cursor ? decodeCursor('configuration-assignments', ['number'], cursor) : [];
    let query = this.#database
      .selectFrom('configuration_assignments')
      .selectAll()
      .where('device', '=', device);
    if (below !== undefined) query = query.where('id', '<', below);
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    return {
      assignments: rows.map(assignmentOf),
      next:
        last && rows.length === limit ? encodeCursor('configuration-assignments', [last.id]) : null,
    };
  }

  /** What is to be said to devices; one that is not in it has its agent.yaml alone. */
  async wanted(devices: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, DesiredConfiguration>> {
    if (devices.length === 0) return new Map();
    const rows = await this.#database
      .selectFrom('configuration_assignments as assigned')
      .innerJoin('configuration_versions as chosen', 'chosen.version', 'assigned.version')
      .leftJoin('configuration_reports as said', 'said.device', 'assigned.device')
      .select(['assigned.device', 'chosen.version', 'chosen.settings', 'said.report'])
      .where('assigned.id', 'in', lastOf(this.#database, devices))
      .execute();
    return new Map(
      rows.map(({ device, version, settings, report }) => [
        device,
        { version, settings: JSON.parse(settings), heard: isHeard(version, parseReport(report)) },
      ]),
    );
  }
}

const isRollout = (source: string) => source.startsWith('rollout:');

/** The assignment that holds on each of these devices. */
const lastOf = (database: Database, devices: readonly DeviceId[]) =>
  database
    .selectFrom('configuration_assignments')
    .select(({ fn }) => fn.max('id').as('id'))
    .where('device', 'in', devices)
    .groupBy('device');

/** The proof that the device waits for: it runs with the version, and is connected with it. */
function isHeard(version: number, report: ConfigurationReport | null): boolean {
  return report?.version === version && (report.state === 'trying' || report.state === 'applied');
}

async function viewOf(database: Database, device: DeviceId): Promise<DeviceConfiguration> {
  const assigned = await database
    .selectFrom('configuration_assignments')
    .selectAll()
    .where('device', '=', device)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const said = await database
    .selectFrom('configuration_reports')
    .select('report')
    .where('device', '=', device)
    .executeTakeFirst();
  return {
    device,
    assigned: assigned ? assignmentOf(assigned) : null,
    reported: parseReport(said?.report ?? null),
  };
}

async function requireVersion(database: Database, version: number): Promise<void> {
  const row = await database
    .selectFrom('configuration_versions')
    .select('version')
    .where('version', '=', version)
    .executeTakeFirst();
  if (row) return;
  const message = `Expected a version of a configuration, received ${version}. GET /api/configurations names them.`;
  throw new ControlPlaneError('NOT_FOUND', message);
}

const parseReport = (report: string | null): ConfigurationReport | null =>
  report === null ? null : JSON.parse(report);

const assignmentOf = (row: {
  version: number | null;
  source: string;
  assigned_at: number;
}): ConfigurationAssignment => ({
  version: row.version,
  source: row.source,
  assignedAt: timestamp(row.assigned_at),
});
