import { LabelQueue } from '../labels/label-queue.ts';
import type { Context } from './context.ts';
import { openJobs } from './open-jobs.ts';
import { openLearning } from './open-learning.ts';
import { openRegistry } from './open-registry.ts';

/** The way from pictures to models: the registry, samples and labels, and jobs. */
export async function openTraining(context: Context) {
  const registry = await openRegistry(context);
  const learning = await openLearning(context, registry);
  const jobs = await openJobs(context, registry, learning);
  const { now } = context.surroundings;
  const queue = new LabelQueue({ database: context.database, now, drifting: jobs.drifting });
  return { ...registry, ...learning, ...jobs, queue };
}
