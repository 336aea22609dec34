import type { Database } from '../database/open-stores.ts';
import type { RetentionSettings, RetentionView } from '../resources/retention.ts';
import { checkBounds } from './check-bounds.ts';
import { BOUND_NAMES, type BoundsInForce, type RetentionBounds } from './retention-bounds.ts';

export interface RetentionStoreOptions {
  readonly database: Database;
  /** Hold where nothing was set. */
  readonly defaults: RetentionBounds;
}

/**
 * Bounds that were set, over the options of the process. What holds is known without asking: rules
 * look before each batch.
 */
export class RetentionStore implements BoundsInForce {
  readonly #database: Database;
  readonly #defaults: RetentionBounds;
  readonly #listeners = new Set<() => void>();
  #settings: RetentionSettings = {};

  constructor({ database, defaults }: RetentionStoreOptions) {
    this.#database = database;
    this.#defaults = ordered(defaults) as RetentionBounds;
  }

  /** Before anything is removed. */
  async start(): Promise<void> {
    this.#settings = await read(this.#database);
  }

  get bounds(): RetentionBounds {
    return this.#over(this.#settings);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  view(): RetentionView {
    return this.#view(this.#settings);
  }

  /** What would hold with other settings. @throws ControlPlaneError `REQUEST_INVALID` */
  boundsWith(settings: RetentionSettings): RetentionBounds {
    checkBounds(settings);
    return this.#over(settings);
  }

  /**
   * In place of all that was set before; it holds as soon as this returns.
   * @param check sees the view as it is, and throws if it is not as the asker believes
   * @throws ControlPlaneError `REQUEST_INVALID` for a bound that can't be meant
   */
  async set(
    settings: RetentionSettings,
    check: (now: RetentionView) => void = () => {},
  ): Promise<RetentionView> {
    checkBounds(settings);
    const rows = BOUND_NAMES.flatMap((bound) => {
      const value = settings[bound];
      return value === undefined ? [] : [{ bound, value }];
    });
    await this.#database.transaction().execute(async (trx) => {
      check(this.#view(await read(trx)));
      await trx.deleteFrom('retention_settings').execute();
      if (rows.length > 0) await trx.insertInto('retention_settings').values(rows).execute();
    });
    // As it was written last, whoever wrote it.
    await this.start();
    for (const listener of this.#listeners) listener();
    return this.view();
  }

  #over = (settings: RetentionSettings) => ({ ...this.#defaults, ...settings }) as RetentionBounds;

  #view(settings: RetentionSettings): RetentionView {
    return { settings, bounds: this.#over(settings), defaults: this.#defaults };
  }
}

async function read(database: Database): Promise<RetentionSettings> {
  const rows = await database.selectFrom('retention_settings').selectAll().execute();
  return ordered(Object.fromEntries(rows.map(({ bound, value }) => [bound, value])));
}

/** The bounds alone, in one order: an `ETag` is of the text. */
const ordered = (given: RetentionSettings): RetentionSettings =>
  Object.fromEntries(
    BOUND_NAMES.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
