import { canonicalJson, type EpochMillis, findUnchangeable, timestamp } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type {
  ConfigurationVersion,
  ConfigurationVersionPage,
  ConfigurationVersionQuery,
  ConfigurationView,
  NewConfiguration,
  NewConfigurationVersion,
} from '../resources/configuration.ts';
import { DEFAULT_LIMIT } from '../resources/page.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import type { ConfigurationTables } from './configuration-tables.ts';

type VersionRow = Selectable<ConfigurationTables['configuration_versions']>;

/** Named configurations of devices, each a row of versions that never change. */
export class ConfigurationStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** With its first version. @throws ControlPlaneError `CONFLICT`, `CONFIGURATION_REFUSED` */
  async create(
    { configuration, ...first }: NewConfiguration,
    by: string,
  ): Promise<ConfigurationView> {
    requireChangeable(first);
    return this.#database.transaction().execute(async (trx) => {
      const row = { name: configuration, created_at: this.#now(), created_by: by };
      await trx.insertInto('configurations').values(row).execute();
      await this.#add(trx, configuration, first, by);
      return view(trx, configuration);
    });
  }

  /**
   * @param check Of the configuration as it is, within the transaction that changes it; throws to
   * keep it so.
   * @throws ControlPlaneError `NOT_FOUND`, `CONFIGURATION_REFUSED`
   */
  async addVersion(
    configuration: string,
    added: NewConfigurationVersion,
    by: string,
    check: (now: ConfigurationView) => void = () => {},
  ): Promise<ConfigurationVersion> {
    requireChangeable(added);
    return this.#database.transaction().execute(async (trx) => {
      check(await view(trx, configuration));
      return this.#add(trx, configuration, added, by);
    });
  }

  /** The configurations, ordered by name. */
  async list(): Promise<ConfigurationView[]> {
    const rows = await viewed(this.#database).orderBy('configurations.name').execute();
    return rows.map(viewOf);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  view(configuration: string): Promise<ConfigurationView> {
    return view(this.#database, configuration);
  }

  /** Newest first. @throws ControlPlaneError `NOT_FOUND`, `REQUEST_INVALID` for a wrong cursor */
  async versions(
    configuration: string,
    { cursor, limit = DEFAULT_LIMIT }: ConfigurationVersionQuery,
  ): Promise<ConfigurationVersionPage> {
    await view(this.#database, configuration);
    const [below] = cursor ? decodeCursor('configuration-versions', ['number'], cursor) : [];
    let query = this.#database
      .selectFrom('configuration_versions')
      .selectAll()
      .where('configuration', '=', configuration);
    if (below !== undefined) query = query.where('version', '<', below);
    const rows = await query.orderBy('version', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    return {
      versions: rows.map(versionOf),
      next:
        last && rows.length === limit
          ? encodeCursor('configuration-versions', [last.version])
          : null,
    };
  }

  async #add(
    trx: Database,
    configuration: string,
    { settings, note = '' }: NewConfigurationVersion,
    by: string,
  ): Promise<ConfigurationVersion> {
    const row = await trx
      .insertInto('configuration_versions')
      .values({
        configuration,
        settings: canonicalJson(settings),
        note,
        created_at: this.#now(),
        created_by: by,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return versionOf(row);
  }
}

/** @throws ControlPlaneError `CONFIGURATION_REFUSED` */
function requireChangeable({ settings }: NewConfigurationVersion): void {
  const mistakes = findUnchangeable(settings);
  if (mistakes.length > 0)
    throw new ControlPlaneError('CONFIGURATION_REFUSED', mistakes.join('\n'));
}

/** Configurations with their newest version. */
function viewed(database: Database) {
  return database
    .selectFrom('configurations')
    .innerJoin('configuration_versions as newest', 'newest.configuration', 'configurations.name')
    .select([
      'name',
      'configurations.created_at as made_at',
      'configurations.created_by as made_by',
    ])
    .selectAll('newest')
    .where('newest.version', '=', (from) =>
      from
        .selectFrom('configuration_versions as each')
        .select((each) => each.fn.max('each.version').as('version'))
        .whereRef('each.configuration', '=', 'configurations.name'),
    );
}

async function view(database: Database, configuration: string): Promise<ConfigurationView> {
  const row = await viewed(database).where('name', '=', configuration).executeTakeFirst();
  if (row) return viewOf(row);
  throw new ControlPlaneError(
    'NOT_FOUND',
    `Expected a configuration that is there, received ${configuration}. Make it with POST /api/configurations.`,
  );
}

function viewOf({
  name,
  made_at,
  made_by,
  ...newest
}: VersionRow & { name: string; made_at: number; made_by: string }): ConfigurationView {
  return {
    configuration: name,
    createdAt: timestamp(made_at),
    createdBy: made_by,
    newest: versionOf(newest),
  };
}

const versionOf = (row: VersionRow): ConfigurationVersion => ({
  version: row.version,
  configuration: row.configuration,
  settings: JSON.parse(row.settings),
  note: row.note,
  createdAt: timestamp(row.created_at),
  createdBy: row.created_by,
});
