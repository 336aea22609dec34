import { join } from 'node:path';
import { bytes, mebibytes, seconds } from '@edgeloop/protocol';
import { FolderArtifacts } from '../artifacts/folder-artifacts.ts';
import { keepFree } from '../artifacts/keep-free.ts';
import { isReferred, JOB_TABLES } from '../artifacts/referred-content.ts';
import type { ControlPlaneConfig } from '../config.ts';
import type { DatasetStore } from '../datasets/dataset-store.ts';
import type { TaskClasses } from '../datasets/task-classes.ts';
import { TrainingDatasets } from '../datasets/training-datasets.ts';
import { DriftStore } from '../jobs/drift/drift-store.ts';
import { type DeviceScores, DriftWatch } from '../jobs/drift/drift-watch.ts';
import { JobBell } from '../jobs/job-bell.ts';
import { JobFiles } from '../jobs/job-files.ts';
import { JobKeeper } from '../jobs/job-keeper.ts';
import { JobLog } from '../jobs/job-log.ts';
import { JobStore } from '../jobs/job-store.ts';
import { Leases } from '../jobs/leases.ts';
import { RegistryModels } from '../jobs/registry-models.ts';
import { SettingsStore } from '../jobs/settings-store.ts';
import { TrainerRoster } from '../jobs/trainer-roster.ts';
import { TrainerService } from '../jobs/trainer-service.ts';
import { TrainingJobs } from '../jobs/training-jobs.ts';
import { TriggerWatch } from '../jobs/triggers/trigger-watch.ts';
import { LabelProgress } from '../labels/progress/label-progress.ts';
import type { Store } from '../store/store.ts';
import type { TrustedTime } from '../trusted-time/trusted-time.ts';
import type { Context } from './context.ts';
import type { openRegistry } from './open-registry.ts';

/** What of the context it needs. */
export interface JobsContext extends Pick<Context, 'database' | 'events'> {
  readonly time: Pick<TrustedTime, 'earliest' | 'latest' | 'sure'>;
  readonly config: Pick<ControlPlaneConfig, 'data' | 'leaseTime'> & {
    readonly retention: Pick<ControlPlaneConfig['retention'], 'samplesMark'>;
  };
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now' | 'random'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
  readonly store: Pick<Store, 'read'>;
}

type Registry = Pick<Awaited<ReturnType<typeof openRegistry>>, 'artifacts' | 'registry'>;
interface Learning {
  readonly datasets: DatasetStore;
  readonly classes: TaskClasses;
}

/** ResNet18 with the optimizer's memories and averages is 180 MB. */
const LARGEST_FILE = bytes(2 ** 31);
const SCORES_PAGE = 500;
/** Someone who labels says a class every other second. */
const LINGER = seconds(10);
/** A trainer brings one file of its job after another; the rest is what it gave up. */
const UPLOADS = {
  count: 100,
  countOfOne: 16,
  bytesOfOne: mebibytes(8192),
  givesWayAfter: seconds(3600),
};

/** Training jobs, those who take them, and what happens to them though nobody asks. */
export async function openJobs(
  context: JobsContext,
  { artifacts, registry }: Registry,
  { datasets, classes }: Learning,
) {
  const { config, surroundings, lifecycle, store, database, events, time } = context;
  const { log, now, random } = surroundings;
  const { leaseTime } = config;
  const jobArtifacts = await openJobArtifacts(context);
  const [jobs, settings, files, bell] = [
    new JobStore({ database, now }),
    new SettingsStore({ database, now }),
    new JobFiles({ database, now, giveUp: (digests) => jobArtifacts.giveUp(digests) }),
    new JobBell(),
  ];
  const roster = new TrainerRoster({ database, now });
  const shared = {
    jobs,
    settings,
    files,
    bell,
    jobArtifacts,
    artifacts,
    events,
    now,
    log,
    leaseTime,
    time,
    // No trainer loses its work because a clock was set.
    leases: new Leases({ database, now: () => time.sure(), random, leaseTime }),
    data: new TrainingDatasets({ database, datasets, classes, now }),
    models: new RegistryModels(registry),
  };
  const trainingJobs = new TrainingJobs(shared);
  const driftWatch = new DriftWatch({
    ...shared,
    drifts: new DriftStore({ database, now }),
    readScores: () => readScores(store),
  });
  const triggerWatch = new TriggerWatch({
    ...shared,
    trainingJobs,
    drifting: () => driftWatch.drifting,
  });
  const jobKeeper = new JobKeeper({ ...shared, driftWatch, triggerWatch, linger: LINGER });
  jobKeeper.start();
  lifecycle.add(() => jobKeeper.close());
  return {
    jobs,
    trainingJobs,
    trainingSettings: settings,
    /** For who divides the budgets of sampling, and who orders what to label. */
    drifting: () => driftWatch.drifting,
    labelProgress: new LabelProgress({ ...shared, database, classes }),
    jobLog: new JobLog(database),
    trainerService: new TrainerService({ ...shared, roster }),
    roster,
  };
}

/** Of jobs alone: nothing a trainer says takes away a sample or a model. */
async function openJobArtifacts({ config, lifecycle, database, time }: JobsContext) {
  const { data, retention } = config;
  const jobArtifacts = new FolderArtifacts({
    folder: join(data, 'job-files'),
    time,
    maxBytes: LARGEST_FILE,
    uploads: UPLOADS,
    uploadLife: seconds(24 * 3600),
    admit: keepFree(data, retention.samplesMark),
    isReferred: (sha256) => isReferred(database, sha256, JOB_TABLES),
  });
  await jobArtifacts.start();
  lifecycle.add(() => jobArtifacts.close());
  return jobArtifacts;
}

async function readScores(store: Pick<Store, 'read'>): Promise<DeviceScores[]> {
  const all: DeviceScores[] = [];
  for (let after = ''; ; ) {
    const page = await store.read('listScores', { after, limit: SCORES_PAGE });
    all.push(...page);
    if (page.length < SCORES_PAGE) return all;
    after = page.at(-1)?.device ?? '';
  }
}
