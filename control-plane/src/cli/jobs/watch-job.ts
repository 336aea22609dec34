import { ControlPlaneError } from '../../errors.ts';
import type { JobView } from '../../resources/job.ts';
import type { Cli } from '../cli.ts';
import type { ApiClient } from '../client/api-client.ts';
import { lookAgain } from '../watch/look-again.ts';
import { StatusLine } from '../watch/status-line.ts';
import { describeProgress, EPOCH_COLUMNS } from './job-columns.ts';
import { printJob } from './print-job.ts';

const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled'];

function howFar({ state, progress, trainer }: JobView): string {
  if (progress) return `${state}: ${describeProgress(progress)}`;
  return state === 'queued' ? 'queued, no trainer yet' : `${state} by ${trainer}`;
}

/**
 * Each epoch as it is trained, and the job when it has ended; as JSON one object a line.
 * @throws ControlPlaneError `ENDED_BADLY`: it failed, or was cancelled
 */
export async function watchJob(cli: Cli, api: ApiClient, job: string): Promise<void> {
  const line = new StatusLine(cli.surroundings.stderr);
  let told = 0;
  let view: JobView | null = null;
  cli.setInterruption(`The watch has ended; job ${job} goes on.`);
  try {
    await lookAgain(api, async () => {
      view = await api.askJson<JobView>('GET /api/jobs/{job}', { path: { job } });
      line.clear();
      for (const epoch of view.epochs.slice(told)) {
        await cli.print(epoch, (sheet) => sheet.row(epoch, EPOCH_COLUMNS));
      }
      told = view.epochs.length;
      const goesOn = !ENDED.includes(view.state);
      if (goesOn) line.show(howFar(view));
      return goesOn;
    });
  } finally {
    line.clear();
  }
  const { state, reason } = await printJob(cli, view as unknown as JobView);
  if (state === 'succeeded') return;
  const message = `The job ${state === 'failed' ? 'failed' : 'was cancelled'}: ${reason ?? 'for no reason that was given'}. edgeloop jobs log ${job} says more.`;
  throw new ControlPlaneError('ENDED_BADLY', message);
}
