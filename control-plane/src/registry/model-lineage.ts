import type { CameraId, DeviceId, Sha256 } from '@edgeloop/protocol';
import type { ModelLineage } from '../resources/model.ts';
import type { ModelStore } from './model-store.ts';

/** What datasets know of themselves. */
export interface DatasetOrigins {
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

/** From a model to the devices that its samples came from. @throws ControlPlaneError `NOT_FOUND` */
export async function modelLineage(
  digest: Sha256,
  models: ModelStore,
  datasets: DatasetOrigins,
): Promise<ModelLineage> {
  const { task, job, manifest } = await models.view(digest);
  const { dataset: fingerprint, recipe, code } = manifest.lineage;
  const found = await datasets.originsOf(task, fingerprint);
  return {
    ...{ digest, task, job, recipe, code },
    parents: await models.parents(digest),
    dataset: {
      fingerprint,
      version: found?.version ?? null,
      samples: found ? found.origins.reduce((sum, { samples }) => sum + samples, 0) : null,
      origins: [...(found?.origins ?? [])],
    },
  };
}
