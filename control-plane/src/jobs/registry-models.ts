import type { Manifest, Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { AliasStore } from '../registry/alias-store.ts';
import type { ModelStore } from '../registry/model-store.ts';
import type { TrainedModels } from './trained-models.ts';

/** The registry, as jobs see it. */
export class RegistryModels implements TrainedModels {
  readonly #models: ModelStore;
  readonly #aliases: AliasStore;

  constructor({ models, aliases }: { models: ModelStore; aliases: AliasStore }) {
    this.#models = models;
    this.#aliases = aliases;
  }

  champion(task: TaskId, within?: Database): Promise<Sha256 | null> {
    return this.#aliases.resolve(task, 'champion', within);
  }

  async manifest(task: TaskId, digest: Sha256): Promise<Manifest> {
    const model = await this.#models.view(digest);
    if (model.task === task && model.state === 'registered') return model.manifest;
    const message = `Expected a registered model of ${task}, received ${digest}, which is ${model.state} for ${model.task}.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }

  async makeCandidate(trx: Database, digest: Sha256, by: string): Promise<() => void> {
    const change = await this.#aliases.setWithin(trx, digest, 'candidate', by);
    return () => change && this.#aliases.tell(change);
  }

  async taskOf(digest: Sha256): Promise<TaskId | null> {
    try {
      return (await this.#models.view(digest)).task;
    } catch (error) {
      if (error instanceof ControlPlaneError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }
}
