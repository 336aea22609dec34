import { join } from 'node:path';
import { type DeviceId, mebibytes, seconds } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { ControlPlaneConfig } from '../config.ts';
import { DatasetStore } from '../datasets/dataset-store.ts';
import { Spool } from '../datasets/import/spool.ts';
import type { TaskClasses } from '../datasets/task-classes.ts';
import { LabelStore } from '../labels/label-store.ts';
import { Retention } from '../retention/retention.ts';
import type { BoundsInForce } from '../retention/retention-bounds.ts';
import { BudgetStore } from '../samples/budget/budget-store.ts';
import { findTaskIn } from '../samples/find-task.ts';
import { removeDeviceSamples } from '../samples/remove-device-samples.ts';
import { SampleIntake } from '../samples/sample-intake.ts';
import { sampleRetention } from '../samples/sample-retention.ts';
import { SampleStore } from '../samples/sample-store.ts';
import { UploadStore } from '../samples/upload-store.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface LearningContext extends Pick<Context, 'database' | 'events'> {
  readonly time: BoundedTime;
  readonly config: Pick<ControlPlaneConfig, 'data'>;
  readonly retention: BoundsInForce;
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
}

/** Packed, as it arrives. */
const LONGEST_IMPORT = mebibytes(64 * 1024);
const REMOVE_EVERY = seconds(60);

/** What stands between a picture and a dataset: samples, labels, datasets. */
export async function openLearning(
  { config, surroundings: { now, log }, lifecycle, database, events, time, ...of }: LearningContext,
  { artifacts, tasks }: { readonly artifacts: Artifacts; readonly tasks: TaskClasses },
) {
  const samples = new SampleStore({ database, now: () => time.latest() });
  const intake = new SampleIntake({
    samples,
    artifacts,
    findTask: findTaskIn(database),
    uploads: new UploadStore({ database, time }),
    onSample: (subject) => events.publish({ kind: 'sample.stored', subject, data: {} }),
  });
  const spool = new Spool({ folder: join(config.data, 'imports'), longest: LONGEST_IMPORT });
  await spool.start();
  const bounds = () => {
    const { sampleAge: age, sampleBytes: bytes } = of.retention.bounds;
    return { age, bytes };
  };
  const retention = new Retention({
    now: () => time.earliest(),
    log,
    every: REMOVE_EVERY,
    rules: [sampleRetention({ database, bounds, artifacts })],
  });
  retention.start();
  lifecycle.add(of.retention.onChange(() => retention.runSoon()));
  lifecycle.add(() => retention.close());
  return {
    database,
    events,
    artifacts,
    samples,
    intake,
    spool,
    classes: tasks,
    budgets: new BudgetStore({ database }),
    labels: new LabelStore({ database, now }),
    datasets: new DatasetStore({ database, now }),
    /** What a device alone has photographed. @returns how many pictures went */
    removePictures: (device: DeviceId) => removeDeviceSamples({ database, now, artifacts }, device),
  };
}
