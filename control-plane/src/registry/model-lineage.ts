import type { CameraId, DeviceId, Sha256 } from '@edgeloop/protocol';
import type { ModelLineage } from '../resources/model.ts';
import type { Store } from '../store/store.ts';
import type { ModelStore } from './model-store.ts';

/** What datasets know of themselves. */
interface DatasetOrigins {
  /** @returns null: no dataset with this fingerprint was frozen here */
  originsOf(
    task: string,
    fingerprint: Sha256,
  ): Promise<{
    readonly version: number;
    /** Imported samples have no device. */
    readonly origins: readonly {
      readonly device: DeviceId | null;
      readonly camera: CameraId | null;
      readonly samples: number;
    }[];
  } | null>;
}

export interface LineageParts {
  readonly models: ModelStore;
  readonly datasets: DatasetOrigins;
  readonly store: Pick<Store, 'read'>;
}

/** Of those that run a model, so many are named. */
const MOST_DEVICES = 1000;

/**
 * From the devices that a model's samples came from, through the model, to the devices that run it.
 * @throws ControlPlaneError `NOT_FOUND`
 */
export async function modelLineage(
  digest: Sha256,
  { models, datasets, store }: LineageParts,
): Promise<ModelLineage> {
  const { task, job, manifest } = await models.view(digest);
  const { dataset: fingerprint, recipe, code } = manifest.lineage;
  const found = await datasets.originsOf(task, fingerprint);
  const running = await store.read('listRunning', { model: digest, limit: MOST_DEVICES });
  return {
    digest,
    task,
    job,
    recipe,
    code,
    parents: await models.parents(digest),
    dataset: {
      fingerprint,
      version: found?.version ?? null,
      samples: found ? found.origins.reduce((sum, { samples }) => sum + samples, 0) : null,
      origins: [...(found?.origins ?? [])],
    },
    devices: running.map(({ slots, ...device }) => ({ ...device, slots: [...slots] })),
  };
}
