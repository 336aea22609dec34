import type { Sha256 } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Store } from '../store/store.ts';
import { whoNeeds } from './model-needs.ts';
import { modelNotFound } from './model-store.ts';

export interface ModelRemovalOptions {
  readonly database: Database;
  readonly store: Pick<Store, 'read'>;
  readonly artifacts: Pick<Artifacts, 'giveUp' | 'remove'>;
  readonly events: Pick<EventBus, 'publish'>;
}

/** Takes model versions out of the registry that nobody needs any more. */
export class ModelRemoval {
  readonly #options: ModelRemovalOptions;

  constructor(options: ModelRemovalOptions) {
    this.#options = options;
  }

  /**
   * Removes a version, and those of its files that are no other model's and no sample. What was
   * said of it stays: the moves of aliases, the verdict of its job, the models that began from it.
   * @throws ControlPlaneError `NOT_FOUND`; `CONFLICT` where an alias, a device, a job or a way back
   * needs it, or its check runs
   */
  async remove(digest: Sha256): Promise<void> {
    const { database, artifacts, events } = this.#options;
    await this.#requireNoDevice(digest);
    const { task, digests } = await database.transaction().execute(async (trx) => {
      const model = await trx
        .selectFrom('model_versions')
        .select(['task', 'state'])
        .where('digest', '=', digest)
        .executeTakeFirst();
      if (!model) throw modelNotFound(digest);
      const need = model.state === 'checking' ? BEING_CHECKED : await whoNeeds(trx, digest);
      if (need !== null) throw needed(digest, need);
      const reports = await trx
        .deleteFrom('model_reports')
        .where('digest', '=', digest)
        .returning('sha256')
        .execute();
      const files = await trx
        .deleteFrom('model_files')
        .where('digest', '=', digest)
        .returning('sha256')
        .execute();
      await trx.deleteFrom('model_versions').where('digest', '=', digest).execute();
      const digests = [...files, ...reports].map(({ sha256 }) => sha256);
      await artifacts.giveUp(digests);
      return { task: model.task, digests };
    });
    for (const sha256 of digests) await artifacts.remove(sha256);
    events.publish({ kind: 'model.removed', subject: { task, model: digest }, data: {} });
  }

  async #requireNoDevice(digest: Sha256): Promise<void> {
    const running = await this.#options.store.read('listRunning', { model: digest, limit: 1000 });
    const [first] = running;
    if (!first) return;
    const others = running.length > 1 ? ` and ${running.length - 1} more` : '';
    throw needed(
      digest,
      `${first.device}${others} said last that it runs it. Bring another model there first`,
    );
  }
}

const BEING_CHECKED = 'it is being checked. Wait until it is registered or refused';

function needed(digest: Sha256, reason: string): ControlPlaneError {
  return new ControlPlaneError(
    'CONFLICT',
    `Expected a model that nobody needs, received ${digest}: ${reason}.`,
  );
}
