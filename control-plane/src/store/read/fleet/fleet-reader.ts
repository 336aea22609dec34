import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { FleetView } from '../../../resources/fleet.ts';
import type { SqlDatabase } from '../../sql/sql-database.ts';
import { fleetColumns } from './fleet-columns.ts';
import { FleetMemory } from './fleet-memory.ts';

export interface FleetQuestion {
  /** A revision that was seen; null: none was. */
  readonly since: number | null;
  readonly now: number;
  readonly silentAfterMillis: number;
}

/** Tells every device in short, or those that changed after a revision. */
export class FleetReader {
  readonly #database: SqlDatabase;
  readonly #memory: FleetMemory;
  readonly #findTask;

  constructor(database: SqlDatabase) {
    this.#database = database;
    this.#memory = new FleetMemory(database);
    this.#findTask = database
      .prepare<[Sha256], TaskId>('SELECT task FROM model_versions WHERE digest = ?')
      .pluck();
  }

  /**
   * @returns `FleetView` as JSON: it is made in the thread that reads, and its size passes no other
   * as objects
   */
  read({ since, now, silentAfterMillis }: FleetQuestion): string {
    return this.#database.read(() => {
      const revision = this.#memory.refresh();
      // A revision that is still to come is of another database: a backup was restored.
      const whole = since === null || since > revision;
      const { total } = this.#memory;
      const view: FleetView = {
        revision,
        whole,
        now,
        silentAfterMillis,
        total,
        ...fleetColumns(
          this.#memory.devices(whole ? null : since),
          (model) => this.#findTask.get(model) ?? null,
        ),
      };
      return JSON.stringify(view);
    });
  }
}
