import { join } from 'node:path';
import { type EpochMillis, mebibytes, timestamp } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import type { EventBus } from '../events/event-bus.ts';
import { LabelQueue } from '../labels/label-queue.ts';
import { LabelStore } from '../labels/label-store.ts';
import { BudgetStore } from '../samples/budget/budget-store.ts';
import { findTaskIn } from '../samples/find-task.ts';
import { SampleIntake } from '../samples/sample-intake.ts';
import { SampleStore } from '../samples/sample-store.ts';
import { UploadStore } from '../samples/upload-store.ts';
import { DatasetStore } from './dataset-store.ts';
import { Spool } from './import/spool.ts';
import type { TaskClasses } from './task-classes.ts';

export interface LearningOptions {
  /** The data folder. */
  readonly folder: string;
  readonly database: Database;
  readonly artifacts: Artifacts;
  readonly events: EventBus;
  readonly classes: TaskClasses;
  readonly now: () => EpochMillis;
}

/** Packed, as it arrives. */
const LONGEST_IMPORT = mebibytes(64 * 1024);

/** Builds what stands between a picture and a dataset. */
export function createLearning({ folder, classes, ...parts }: LearningOptions) {
  const { database, artifacts, events, now } = parts;
  const samples = new SampleStore({ database, now });
  const uploads = new UploadStore({ database, now });
  const intake = new SampleIntake({
    ...{ samples, artifacts, uploads, findTask: findTaskIn(database) },
    onSample: (subject) =>
      events.publish({ kind: 'sample.created', at: timestamp(now()), subject, data: {} }),
  });
  return {
    ...{ ...parts, samples, classes, intake },
    budgets: new BudgetStore({ database }),
    labels: new LabelStore({ database, now }),
    queue: new LabelQueue({ database, now }),
    datasets: new DatasetStore({ database, now }),
    spool: new Spool({ folder: join(folder, 'imports'), longest: LONGEST_IMPORT }),
  };
}
