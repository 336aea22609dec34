import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type JobOffer,
  type JobOutcome,
  type LeaseRequest,
  parseJobOffer,
  type Requirements,
} from '@edgeloop/protocol';
import type { JobEnd } from '../metrics/trainer-metrics.ts';
import { ownMark, writeMark } from '../run/process-mark.ts';
import { AbandonedJobs } from './abandoned-jobs.ts';
import { failureOf } from './failure-of.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { Progress } from './progress.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { JobRun, type JobSurroundings } from './run-job.ts';

export interface WorkOptions extends JobSurroundings {
  /** How it calls itself. */
  readonly name: string;
  readonly has: Requirements;
  /** Of all jobs; other trainers of this machine may use it, too. */
  readonly folder: string;
  /** Ends after a job, or when there is none. */
  readonly once: boolean;
  readonly say: (text: string) => void;
  readonly progress: Pick<Progress, 'made' | 'worksOn'>;
}

/** How long a question for a job stays open. */
const WAIT_SECONDS = 25;
/** For the word that a job is given back. */
const FAREWELL = 15_000;

/**
 * Takes jobs and works on them, one at a time, until the signal.
 * @throws Refusal for a token that may not; ProtocolError for an offer that is none
 */
export async function work(options: WorkOptions, signal: AbortSignal): Promise<void> {
  const { name, has, once, client, random, say, progress } = options;
  const abandoned = new AbandonedJobs(options.folder, say);
  await abandoned.remove();
  const asked: LeaseRequest = { trainer: name, has, waitSeconds: once ? 0 : WAIT_SECONDS };
  const onFailure = ({ message }: Error) => {
    progress.made();
    say(message);
  };
  const retry: RetryOptions = { signal, random, onFailure };
  say(`Asking for jobs as ${name}`);
  while (!signal.aborted) {
    progress.made();
    const ask = { method: 'POST', json: asked, signal } as const;
    const offered = await retrying(
      () => client.askJsonOrNull<unknown>('/api/jobs/lease', ask),
      retry,
    ).catch((error) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (offered !== null) await workOn(parseJobOffer(offered), abandoned, options, signal);
    else if (once && !signal.aborted) say('No job waits that this trainer can take.');
    if (once) return;
  }
}

async function workOn(
  offer: JobOffer,
  abandoned: AbandonedJobs,
  options: WorkOptions,
  signal: AbortSignal,
): Promise<void> {
  const { client, cache, metrics, say, progress } = options;
  const folder = join(options.folder, `${writeMark(ownMark())}.${offer.lease}`);
  say(`Job ${offer.job} of ${offer.task}, attempt ${offer.attempt}`);
  const keeper = new LeaseKeeper(client, offer, Date.now, progress.made);
  progress.worksOn(offer.job);
  keeper.start();
  const end = metrics.begin();
  let ended: JobEnd = 'lost';
  try {
    const both = AbortSignal.any([signal, keeper.signal]);
    const outcome = await outcomeOf(offer, folder, keeper, options, both);
    if (keeper.signal.aborted) return say((keeper.signal.reason as Error).message);
    await keeper.flush();
    ended = outcome.kind;
    await tell(offer, outcome, options, signal);
    say(`Job ${offer.job}: ${outcome.kind}`);
  } finally {
    end(ended);
    progress.worksOn(null);
    await keeper.close();
    await rm(folder, { recursive: true, force: true });
    // Of one that shares the folder and was killed meanwhile.
    await abandoned.remove();
    await cache.trim();
  }
}

async function outcomeOf(
  offer: JobOffer,
  folder: string,
  keeper: LeaseKeeper,
  options: WorkOptions,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { lease } = offer;
  try {
    // A full disk ends the job, not the trainer.
    await mkdir(folder, { recursive: true });
    const finished = await new JobRun(offer, folder, keeper, options, signal).finish();
    return { kind: 'succeeded', lease, ...finished };
  } catch (error) {
    if (signal.aborted) return { kind: 'released', lease };
    const failure = failureOf(error);
    keeper.line(failure.message);
    return { kind: 'failed', lease, ...failure };
  }
}

/**
 * That a training of hours succeeded is told until it is heard; that one is given back is not worth
 * waiting for.
 */
async function tell(
  { job }: JobOffer,
  outcome: JobOutcome,
  { client, random, say }: WorkOptions,
  stopped: AbortSignal,
): Promise<void> {
  const signal = outcome.kind === 'released' ? AbortSignal.timeout(FAREWELL) : stopped;
  const send = () =>
    client.ask(`/api/jobs/${job}/outcome`, { method: 'POST', json: outcome, signal });
  try {
    await retrying(send, { signal, random, onFailure: ({ message }) => say(message) });
  } catch (error) {
    // The lease is over, or will be: another trainer goes on.
    if (!signal.aborted && !(error instanceof Refusal)) throw error;
    say((error as Error).message);
  }
}
