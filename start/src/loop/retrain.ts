import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SCENE_CLASSES } from '@edgeloop/imaging';
import { type Sha256, timestamp } from '@edgeloop/protocol';
import type { ApiClient } from '../api-client.ts';
import { StartError } from '../errors.ts';
import { type StarterModel, type TrainingParts, threadsOption } from '../starter-model.ts';
import { tokenName } from '../token-name.ts';
import { labelledPictures } from './labelled-pictures.ts';

/** What the cameras' models are for. Called as their slot is. */
export const TASK = 'main';
/**
 * Found by trial. With the statistics of the starter model kept, as other weights to start from
 * want it, training lost half of what it began with as soon as the rate rose, and at a sixth of
 * that rate with one starter model of two.
 */
export const RECIPE = {
  size: 64,
  epochs: 8,
  batch: 16,
  learningRate: 0.006,
  frozenStatistics: false,
  labelSmoothing: 0.1,
  seed: 1,
};

/** What the registry says of a task. */
interface TaskView {
  readonly aliases: readonly { readonly alias: string; readonly digest: Sha256 }[];
}

interface JobView {
  readonly job: string;
  readonly state: 'queued' | 'leased' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly candidate: boolean;
  readonly package: Sha256 | null;
  /** Why it failed or was cancelled. */
  readonly reason: string | null;
}

/** What became of a training: the candidate, or why there is none. */
type Retrained = { readonly candidate: Sha256 } | { readonly none: string };

export interface LoopParts extends TrainingParts {
  readonly api: ApiClient;
}

/**
 * The registry with the starter model in it as champion. What an earlier start did is left as it
 * is.
 */
export async function openTask(
  { api, group }: Pick<LoopParts, 'api' | 'group'>,
  model: StarterModel,
): Promise<void> {
  if (await championOf(api)) return;
  if (!(await api.get(`/api/tasks/${TASK}`))) {
    await api.post('/api/tasks', { task: TASK, classes: SCENE_CLASSES });
  }
  const digest = await pushModel({ api, group }, model.folder);
  await group.edgeloop(api, ['models', 'alias', digest, 'champion']);
}

/** @returns the digest of the package, registered */
export async function pushModel(
  { api, group }: Pick<LoopParts, 'api' | 'group'>,
  folder: string,
): Promise<Sha256> {
  const said = await group.edgeloop(api, ['models', 'push', folder, '--task', TASK, '--json']);
  return (JSON.parse(said) as { digest: Sha256 }).digest;
}

async function championOf(api: ApiClient): Promise<Sha256 | null> {
  const task = await api.get<TaskView>(`/api/tasks/${TASK}`);
  return task?.aliases.find(({ alias }) => alias === 'champion')?.digest ?? null;
}

/**
 * Labels, a frozen dataset, a job, a trainer. Goes on where an earlier start was interrupted; what
 * failed then is tried again.
 */
export async function retrain(parts: LoopParts): Promise<Retrained> {
  const { api, group, data, say, threads } = parts;
  const { jobs } = (await api.get<{ jobs: JobView[] }>(`/api/jobs?task=${TASK}`)) ?? { jobs: [] };
  const last = jobs[0] ?? (await createJob(parts));
  const job = hasBroken(last) ? await retry(parts, last) : last;
  if (job.state === 'queued' || job.state === 'leased' || job.state === 'running') {
    say('A trainer has taken the job: FP32 from the champion on, then INT8, then the gate.');
    const tokenFile = join(data, 'trainer-token');
    const { secret } = await api.post<{ secret: string }>('/api/tokens', {
      name: tokenName('Trainer', timestamp(Date.now())),
      role: 'trainer',
      expiresAt: timestamp(Date.now() + TOKEN_COUNTS),
    });
    await writeFile(tokenFile, secret, { mode: 0o600 });
    const args = ['--server', api.url, '--token-file', tokenFile, '--work', join(data, 'trainer')];
    const work = ['work', '--once', ...args, ...threadsOption(threads)];
    await group.run('the trainer', 'trainer', work, 'pipe');
  }
  return becameOf(await settled(api, job.job));
}

const hasBroken = ({ state }: JobView): boolean => state === 'failed' || state === 'cancelled';

function retry({ api, say }: LoopParts, { job, state, reason }: JobView): Promise<JobView> {
  say(`The last training ${state === 'failed' ? 'failed' : 'was cancelled'}${because(reason)}`);
  say('It is tried again.');
  return api.post(`/api/jobs/${job}/retry`);
}

function becameOf({ job, state, candidate, package: digest, reason }: JobView): Retrained {
  if (state === 'succeeded' && candidate && digest) return { candidate: digest };
  const path = `GET /api/jobs/${job}`;
  const next = `The next npm start tries it again; ${path}/log has what its trainer said.`;
  if (state === 'failed') return { none: `The training failed${because(reason)} ${next}` };
  if (state === 'cancelled')
    return { none: `The training was cancelled${because(reason)} ${next}` };
  return { none: `The gate refused the new model: ${path} says why.` };
}

/** Ends the sentence. */
const because = (reason: string | null) => (reason ? `: ${reason.replace(/\.$/, '')}.` : '.');

async function createJob({ api, say }: LoopParts): Promise<JobView> {
  say('Labels come in: 560 pictures, half of them in the light of line-3.');
  const path = `/api/tasks/${TASK}/import?format=imagefolder`;
  await api.send(path, 'application/zip', await labelledPictures());
  await api.post(`/api/tasks/${TASK}/datasets`, {});
  return api.post('/api/jobs', { task: TASK, init: 'champion', recipe: RECIPE });
}

/** For one training: a start that was interrupted makes another. In milliseconds. */
const TOKEN_COUNTS = 86_400_000;

/** A trainer that was killed leaves a job that another takes when its lease is over. */
const PATIENCE = 600_000;

async function settled(api: ApiClient, id: string): Promise<JobView> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const job = await api.get<JobView>(`/api/jobs/${id}`);
    if (job && (job.state === 'succeeded' || hasBroken(job))) return job;
    await delay(500);
  }
  throw new StartError('NOT_IN_TIME', `Expected job ${id} to end. GET /api/jobs/${id} says more.`);
}
