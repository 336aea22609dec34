import { type EpochMillis, type TaskId, timestamp } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { MOST_CLASSES } from '../labels/class-name.ts';
import type { AliasView, NewTask, TaskView } from '../resources/task.ts';
import type { RegistryTables } from './registry-tables.ts';

interface TaskStoreOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
  readonly events: Pick<EventBus, 'publish'>;
}

/** What models are trained for. A task owns its classes, samples, datasets, models and aliases. */
export class TaskStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #events: TaskStoreOptions['events'];

  constructor({ database, now, events }: TaskStoreOptions) {
    this.#database = database;
    this.#now = now;
    this.#events = events;
  }

  /** @throws ControlPlaneError `CONFLICT` where it is there already */
  async create({ task, classes = [] }: NewTask, createdBy: string): Promise<TaskView> {
    const row = {
      task,
      classes: JSON.stringify(classes),
      created_at: this.#now(),
      created_by: createdBy,
    };
    const made = await this.#database
      .insertInto('tasks')
      .values(row)
      .onConflict((conflict) => conflict.column('task').doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 0n) {
      const message = `Expected the name of a task that there is not yet, received ${task}.`;
      throw new ControlPlaneError('CONFLICT', message);
    }
    this.#tell(task, classes);
    return view(row, [], false);
  }

  /** The tasks, ordered by name. */
  async list(): Promise<TaskView[]> {
    const rows = await this.#database.selectFrom('tasks').selectAll().orderBy('task').execute();
    const aliases = await this.#database.selectFrom('model_aliases').selectAll().execute();
    const waiting = await this.#waiting();
    return rows.map((row) => view(row, aliases, waiting.has(row.task)));
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async view(task: string): Promise<TaskView> {
    const row = await this.#find(this.#database, task);
    const aliases = await this.#database
      .selectFrom('model_aliases')
      .selectAll()
      .where('task', '=', row.task)
      .execute();
    const waiting = await this.#waiting(row.task);
    return view(row, aliases, waiting.has(row.task));
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async requireTask(task: string): Promise<void> {
    await this.#find(this.#database, task);
  }

  /** In their order. @throws ControlPlaneError `NOT_FOUND` */
  async classesOf(task: string): Promise<readonly string[]> {
    return JSON.parse((await this.#find(this.#database, task)).classes);
  }

  /**
   * Those that are new are put behind the others, and told.
   * @param most classes that the task may have then
   * @throws ControlPlaneError `NOT_FOUND`; `CONFLICT` where the task would have more
   */
  async addClasses(task: string, classes: readonly string[], most = MOST_CLASSES): Promise<void> {
    const changed = await this.#database.transaction().execute(async (trx) => {
      const row = await this.#find(trx, task);
      const known = JSON.parse(row.classes) as string[];
      const all = [...new Set([...known, ...classes])];
      if (all.length === known.length) return null;
      if (all.length > most) {
        const message = `Expected at most ${most} classes of a task, received ${all.length} for ${task}. None is ever taken away: make another task for more.`;
        throw new ControlPlaneError('CONFLICT', message);
      }
      await trx
        .updateTable('tasks')
        .set({ classes: JSON.stringify(all) })
        .where('task', '=', row.task)
        .execute();
      return all;
    });
    if (changed) this.#tell(task, changed);
  }

  /** The tasks, of one or all, of which any sample waits for a label. */
  async #waiting(task?: TaskId): Promise<ReadonlySet<TaskId>> {
    const rows = await this.#database
      .selectFrom('tasks')
      .select('task')
      .$if(task !== undefined, (tasks) => tasks.where('task', '=', task as TaskId))
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('samples')
            .select('samples.id')
            .whereRef('samples.task', '=', 'tasks.task')
            .where('samples.label_state', 'in', ['unlabelled', 'disputed']),
        ),
      )
      .execute();
    return new Set(rows.map((row) => row.task));
  }

  #tell(task: string, classes: readonly string[]): void {
    this.#events.publish({ kind: 'task.changed', subject: { task }, data: { classes } });
  }

  async #find(database: Database, task: string): Promise<Selectable<RegistryTables['tasks']>> {
    const row = await database
      .selectFrom('tasks')
      .selectAll()
      .where('task', '=', task as TaskId)
      .executeTakeFirst();
    if (row) return row;
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected a task that is there, received ${task}. Make it with POST /api/tasks or edgeloop tasks create.`,
    );
  }
}

function view(
  row: Selectable<RegistryTables['tasks']>,
  aliases: readonly Selectable<RegistryTables['model_aliases']>[],
  hasWaiting: boolean,
): TaskView {
  return {
    task: row.task,
    classes: JSON.parse(row.classes),
    aliases: aliases.filter(({ task }) => task === row.task).map(viewAlias),
    hasWaiting,
    createdAt: timestamp(row.created_at),
    createdBy: row.created_by,
  };
}

const viewAlias = (row: Selectable<RegistryTables['model_aliases']>): AliasView => ({
  alias: row.alias,
  digest: row.digest,
  setBy: row.set_by,
  setAt: timestamp(row.set_at),
});
