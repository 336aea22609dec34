import { join } from 'node:path';
import { mebibytes, millis, seconds } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { FolderArtifacts } from '../artifacts/folder-artifacts.ts';
import { keepFree } from '../artifacts/keep-free.ts';
import { isReferred } from '../artifacts/referred-content.ts';
import type { ControlPlaneConfig } from '../config.ts';
import { DatasetOriginStore } from '../datasets/dataset-origins.ts';
import { AliasStore } from '../registry/alias-store.ts';
import { ModelRemoval } from '../registry/model-removal.ts';
import { ModelStore } from '../registry/model-store.ts';
import { PackageKeys } from '../registry/package-keys.ts';
import { Registrar } from '../registry/registrar.ts';
import { ReportStore } from '../registry/report-store.ts';
import { requireKeys } from '../registry/require-keys.ts';
import { TaskStore } from '../registry/task-store.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface RegistryContext extends Pick<Context, 'database' | 'events'> {
  readonly config: Pick<ControlPlaneConfig, 'data' | 'keys'> & {
    readonly retention: Pick<ControlPlaneConfig['retention'], 'samplesMark'>;
  };
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
  readonly store: Pick<Context['store'], 'read'>;
  readonly time: BoundedTime;
}

/** As much as a whole package may have: imports of datasets are no artifacts. */
const MAX_ARTIFACT = mebibytes(2048);
/** An owner brings one file after another; the rest is what it gave up. */
const UPLOADS = {
  count: 10_000,
  countOfOne: 64,
  bytesOfOne: mebibytes(4096),
  givesWayAfter: seconds(3600),
};
const UPLOAD_LIFE = millis(7 * 86_400_000);
const EXPIRY_CHECK = seconds(3600);
/** Loading FP32 ResNet18 and running it takes 300 MB. */
const MEMORY_CAP = mebibytes(2048);
const CHECK_DEADLINE = seconds(60);
/** Who uses keys looks at them by himself; this is for `/healthz`. */
const KEYS_CHECK = seconds(10);

/** Artifacts, tasks and models. */
export async function openRegistry(context: RegistryContext) {
  const { config, surroundings, lifecycle, store, database, events } = context;
  const { log, now } = surroundings;
  const artifacts = await openArtifacts(context);
  const folder = config.keys.folder ?? join(config.data, 'keys');
  const models = new ModelStore({ database, now });
  await requireKeys(folder, config.keys.folder, models);
  const keys = new PackageKeys({ folder, signingKey: config.keys.signing, now });
  const { created } = await keys.start();
  if (created) {
    log.warn({ folder }, 'new keys made: move root-1.private.pem to where no server can read it');
  }
  const watch = setInterval(async () => {
    if (await keys.refresh()) log.info({ version: keys.chain.length }, 'a new root counts');
  }, KEYS_CHECK);
  lifecycle.add(() => clearInterval(watch));
  const tasks = new TaskStore({ database, now, events });
  const registrar = new Registrar({
    models,
    tasks,
    artifacts,
    keys,
    events,
    folder: join(config.data, 'vetting'),
    memoryCap: MEMORY_CAP,
    deadline: CHECK_DEADLINE,
  });
  await registrar.start();
  lifecycle.add(() => registrar.close());
  const aliases = new AliasStore({ database, now, events });
  return {
    artifacts,
    tasks,
    registry: {
      models,
      aliases,
      registrar,
      keys,
      datasets: new DatasetOriginStore({ database }),
      reports: new ReportStore({ database, artifacts, now }),
      removal: new ModelRemoval({ database, store, artifacts, events }),
    },
  };
}

async function openArtifacts({
  config: { data, retention },
  surroundings: { log },
  lifecycle,
  database,
  time,
}: RegistryContext): Promise<Artifacts> {
  const artifacts = new FolderArtifacts({
    folder: join(data, 'artifacts'),
    time,
    maxBytes: MAX_ARTIFACT,
    uploads: UPLOADS,
    uploadLife: UPLOAD_LIFE,
    admit: keepFree(data, retention.samplesMark),
    isReferred: (sha256) => isReferred(database, sha256),
  });
  await artifacts.start();
  const expiry = setInterval(() => {
    artifacts.removeExpired().catch(({ message }: Error) => {
      log.warn({ error: message }, 'what nobody needs of uploads is removed later');
    });
  }, EXPIRY_CHECK);
  lifecycle.add(() => {
    clearInterval(expiry);
    return artifacts.close();
  });
  return artifacts;
}
