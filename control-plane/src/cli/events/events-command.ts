import type { Command } from 'commander';
import type { ControlPlaneEvent } from '../../events/event-bus.ts';
import { count } from '../arguments/count.ts';
import type { Cli } from '../cli.ts';
import { type Column, when } from '../output/cell.ts';
import { followEvents } from './follow-events.ts';
import { resolveSubject } from './resolve-subject.ts';

interface FollowOptions {
  readonly kind?: string;
  readonly site?: string;
  readonly device?: string;
  readonly task?: string;
  readonly job?: string;
  readonly rollout?: string;
  readonly count?: number;
}

const COLUMNS: readonly Column<ControlPlaneEvent>[] = [
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'KIND', cell: ({ kind }) => kind, keep: true },
  { head: 'SUBJECT', cell: ({ subject }) => Object.values(subject).join(' '), keep: true },
  { head: 'DATA', cell: ({ data }) => (data === null ? '' : JSON.stringify(data)) },
];

/** `edgeloop events follow`. */
export function addEvents(events: Command, cli: Cli): void {
  events
    .command('follow')
    .description('each event as it comes, until Ctrl-C; with --json one object a line')
    .option('--kind <kinds>', 'such as job.*,device.silent; every kind but detections unless told')
    .option('--site <site>', 'about this site alone')
    .option('--device <device>', 'about this device alone')
    .option('--task <task>', 'about this task alone')
    .option('--job <job>', 'about this job alone')
    .option('--rollout <rollout>', 'about this rollout alone')
    .option('--count <n>', 'end after so many', count)
    .action(async ({ count: most = Number.POSITIVE_INFINITY, ...asked }: FollowOptions) => {
      const api = await cli.api();
      const query = await resolveSubject(api, asked);
      cli.setInterruption('Events are followed no longer.');
      let told = 0;
      for await (const event of followEvents(api, query, (text) => cli.say(text))) {
        await cli.print(event, (sheet) => sheet.row(event, COLUMNS));
        told += 1;
        if (told >= most) return;
      }
    });
}
