import type { Command } from 'commander';
import type { JobLogPage, JobView } from '../../resources/job.ts';
import type { Cli } from '../cli.ts';
import type { ApiClient } from '../client/api-client.ts';
import { OF_ID } from '../client/resolve-id.ts';
import { type Column, when } from '../output/cell.ts';
import { lookAgain } from '../watch/look-again.ts';
import { resolveJob } from './resolve-job.ts';

const LINES: readonly Column<JobLogPage['lines'][number]>[] = [
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'TEXT', cell: ({ text }) => text, keep: true },
];
const PAGE = 1000;

/** `jobs log`: the newest 5000 lines are there; with `--json` one object a line. */
export function addJobLog(jobs: Command, cli: Cli): void {
  jobs
    .command('log')
    .description('what its trainers said, oldest first')
    .argument('<job>', OF_ID)
    .option('--follow', 'and what they say until the job has ended')
    .action(async (given: string, { follow = false }: { readonly follow?: boolean }) => {
      const api = await cli.api();
      const job = await resolveJob(api, given);
      if (follow) cli.setInterruption(`The log is followed no longer; job ${job} goes on.`);
      let after = 0;
      await lookAgain(api, async () => {
        // Asked first: what was said until it ended is still to come.
        const ended = follow ? await hasEnded(api, job) : true;
        for (let page: JobLogPage; ; ) {
          page = await api.askJson<JobLogPage>('GET /api/jobs/{job}/log', {
            path: { job },
            query: { after, limit: PAGE },
          });
          for (const line of page.lines) await cli.print(line, (sheet) => sheet.row(line, LINES));
          after = page.next;
          if (page.lines.length < PAGE) return !ended;
        }
      });
    });
}

async function hasEnded(api: ApiClient, job: string): Promise<boolean> {
  const { endedAt } = await api.askJson<JobView>('GET /api/jobs/{job}', { path: { job } });
  return endedAt !== null;
}
