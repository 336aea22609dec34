import { type AskedJob, JOB_ENDS } from '../line/trainings.ts';
import type { Ledger } from '../witness/ledger.ts';
import type { StoredJob, StoredModel, StoredTrainings } from './read-trainings.ts';

/** What a busy machine may be the reason of. */
const PASSING_REFUSALS = ['TOO_SLOW', 'CRASHED'];

/**
 * Every job that was accepted has ended, with a reason where it did not succeed; who succeeded has
 * one package, whole and signed. A job fails by faults only when they struck as often as it has
 * attempts.
 * @param told states that the API says, by job
 */
export function judgeTrainings(
  ledger: Pick<Ledger, 'storeBrokenAt' | 'strikes'>,
  asked: readonly AskedJob[],
  { jobs, models }: StoredTrainings,
  told: ReadonlyMap<string, string>,
) {
  const problems: string[] = [];
  const stored = new Map(jobs.map((job) => [job.job, job]));
  const wasAsked = new Map(asked.map((job) => [job.job, job]));
  const forgotten = asked.filter(({ job }) => !stored.has(job));
  for (const { job, at } of forgotten) {
    if (at > ledger.storeBrokenAt) problems.push(`job ${job} is lost, and nothing was done to it`);
  }
  for (const job of jobs) {
    const it = wasAsked.get(job.job);
    const found = [
      ...judgeEnd(job, it, ledger),
      ...(job.state === 'succeeded' ? judgePackage(job, models) : []),
    ];
    const said = told.get(job.job) ?? 'nothing';
    if (said !== job.state) found.push(`the API says ${said}, the file ${job.state}`);
    problems.push(...found.map((problem) => `job ${job.job}: ${problem}`));
  }
  problems.push(...models.flatMap(judgeModel));
  return { problems, figures: figuresOf(jobs, models, forgotten.length) };
}

function judgeEnd(
  { state, reason, attempts, maxAttempts }: StoredJob,
  asked: AskedJob | undefined,
  ledger: Pick<Ledger, 'storeBrokenAt' | 'strikes'>,
): string[] {
  if (!JOB_ENDS.includes(state)) return [`it is ${state}, and nothing breaks any more`];
  const isForgotten = (at: number) => at <= ledger.storeBrokenAt;
  if (asked?.cancelledAt && state !== 'cancelled' && !isForgotten(asked.cancelledAt)) {
    return [`it was cancelled, and is ${state}`];
  }
  if (state === 'succeeded') return [];
  if (reason === null) return [`it is ${state}, and nothing says why`];
  if (state === 'cancelled') return asked?.cancelAskedAt ? [] : [`nobody cancelled it: ${reason}`];
  if (attempts < maxAttempts) return [`it failed in attempt ${attempts}: ${reason}`];
  const from = asked?.at ?? Number.NEGATIVE_INFINITY;
  const to = asked?.endedAt ?? Number.POSITIVE_INFINITY;
  const strikes = ledger.strikes.filter(({ at }) => at >= from && at <= to).length;
  if (strikes >= attempts) return [];
  return [`it failed after ${attempts} attempts and ${strikes} faults: ${reason}`];
}

function judgePackage({ job, package: digest }: StoredJob, models: readonly StoredModel[]) {
  const own = models.filter((model) => model.job === job && model.state === 'registered');
  const problems: string[] = [];
  if (own.length !== 1) problems.push(`it has ${own.length} packages in the registry`);
  if (!own.some((model) => model.digest === digest)) problems.push(`its package is not there`);
  return problems;
}

function judgeModel({ digest, state, refusal, faults }: StoredModel): string[] {
  const problems = faults.map((fault) => `model ${digest}: ${fault}`);
  if (state === 'checking') problems.push(`model ${digest} is being checked, by nobody`);
  const { code } = JSON.parse(refusal ?? '{"code":"none"}');
  if (state === 'refused' && !PASSING_REFUSALS.includes(code)) {
    problems.push(`model ${digest} was refused: ${refusal}`);
  }
  return problems;
}

function figuresOf(jobs: readonly StoredJob[], models: readonly StoredModel[], forgotten: number) {
  const sum = (of: (job: StoredJob) => number) => jobs.reduce((all, job) => all + of(job), 0);
  const count = (state: string) => sum((job) => (job.state === state ? 1 : 0));
  return {
    ...Object.fromEntries(JOB_ENDS.map((state) => [state, count(state)])),
    forgottenWithTheDatabase: forgotten,
    attempts: sum(({ attempts }) => attempts),
    mostAttempts: Math.max(0, ...jobs.map(({ attempts }) => attempts)),
    resumedFromCheckpoint: sum(({ resumed }) => resumed),
    packages: models.filter(({ state }) => state === 'registered').length,
    reasons: jobs.flatMap(({ state, reason }) => (state === 'failed' ? [reason] : [])),
  };
}
