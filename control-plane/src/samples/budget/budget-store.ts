import type { Bytes, TaskId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { SampleBudget } from './allot-budget.ts';

/**
 * What all devices of a task may sample together. A task without a budget leaves it to its devices.
 */
export class BudgetStore {
  readonly #database: Database;

  constructor({ database }: { database: Database }) {
    this.#database = database;
  }

  async of(task: TaskId): Promise<SampleBudget | null> {
    return (await this.all()).get(task) ?? null;
  }

  async all(): Promise<ReadonlyMap<TaskId, SampleBudget>> {
    const rows = await this.#database.selectFrom('sample_budgets').selectAll().execute();
    return new Map(
      rows.map((row) => [
        row.task,
        { perHour: row.per_hour, perDay: row.per_day, bytesPerDay: row.bytes_per_day as Bytes },
      ]),
    );
  }

  /** @param budget Null: none from now on. */
  async set(task: TaskId, budget: SampleBudget | null): Promise<void> {
    if (budget === null) {
      await this.#database.deleteFrom('sample_budgets').where('task', '=', task).execute();
      return;
    }
    const row = {
      per_hour: budget.perHour,
      per_day: budget.perDay,
      bytes_per_day: budget.bytesPerDay,
    };
    await this.#database
      .insertInto('sample_budgets')
      .values({ task, ...row })
      .onConflict((conflict) => conflict.column('task').doUpdateSet(row))
      .execute();
  }
}
