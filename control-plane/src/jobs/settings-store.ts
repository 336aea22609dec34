import type { EpochMillis, TaskId } from '@edgeloop/protocol';
import { epochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { TriggerTry } from '../resources/trigger-try.ts';
import type { JobStoreOptions } from './job-store.ts';
import type { JobTables } from './job-tables.ts';
import { checkedRecipe } from './plan-job.ts';
import { DEFAULT_SETTINGS, type TrainingSettings } from './training-settings.ts';
import { nextTime } from './triggers/next-time.ts';

export interface TaskSettings {
  readonly task: TaskId;
  readonly settings: TrainingSettings;
  readonly scheduleSeenAt: EpochMillis;
  /** Of its triggers, to start a training; null: there was none. */
  readonly lastTry: TriggerTry | null;
}

/** How tasks are trained. A task of which nobody said anything has the defaults. */
export class SettingsStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: JobStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  view(task: TaskId): Promise<TrainingSettings> {
    return read(this.#database, task);
  }

  /** With what its triggers did. */
  async find(task: TaskId): Promise<TaskSettings> {
    const row = await this.#database
      .selectFrom('training_settings')
      .selectAll()
      .where('task', '=', task)
      .executeTakeFirst();
    if (row) return readRow(row);
    return { task, settings: DEFAULT_SETTINGS, scheduleSeenAt: this.#now(), lastTry: null };
  }

  /**
   * A schedule counts from now on.
   * @param check sees the settings as they are, and throws if they are not as the asker believes
   * @throws ControlPlaneError `REQUEST_INVALID` for a schedule that can't be read, or a recipe that
   * every trainer would refuse
   */
  async set(
    task: TaskId,
    settings: TrainingSettings,
    check: (now: TrainingSettings) => void = () => {},
  ): Promise<void> {
    const now = this.#now();
    checkedRecipe(settings.recipe);
    if (settings.triggers.schedule) nextTime(settings.triggers.schedule, now);
    const changed = { settings: JSON.stringify(settings), changed_at: now, schedule_seen_at: now };
    await this.#database.transaction().execute(async (trx) => {
      check(await read(trx, task));
      await trx
        .insertInto('training_settings')
        .values({ task, ...changed })
        .onConflict((conflict) => conflict.column('task').doUpdateSet(changed))
        .execute();
    });
  }

  /** Of every task of which something was said. */
  async list(): Promise<TaskSettings[]> {
    const rows = await this.#database
      .selectFrom('training_settings')
      .selectAll()
      .orderBy('task')
      .execute();
    return rows.map(readRow);
  }

  /** What came of it when a trigger tried to start a training. */
  async noteTry(task: TaskId, lastTry: TriggerTry): Promise<void> {
    await this.#database
      .updateTable('training_settings')
      .set({ last_try: JSON.stringify(lastTry) })
      .where('task', '=', task)
      .execute();
  }

  /** What came due until then was looked at. */
  async seeSchedule(task: TaskId, at: EpochMillis): Promise<void> {
    await this.#database
      .updateTable('training_settings')
      .set({ schedule_seen_at: at })
      .where('task', '=', task)
      .execute();
  }
}

function readRow(row: JobTables['training_settings']): TaskSettings {
  return {
    task: row.task,
    settings: JSON.parse(row.settings),
    scheduleSeenAt: epochMillis(row.schedule_seen_at),
    lastTry: row.last_try === null ? null : JSON.parse(row.last_try),
  };
}

async function read(database: Database, task: TaskId): Promise<TrainingSettings> {
  const row = await database
    .selectFrom('training_settings')
    .select('settings')
    .where('task', '=', task)
    .executeTakeFirst();
  return row ? JSON.parse(row.settings) : DEFAULT_SETTINGS;
}
