import type { Command } from 'commander';
import type { CreatedWebhook, Webhook } from '../../resources/webhook.ts';
import type { Cli } from '../cli.ts';
import { resolveSubject } from '../events/resolve-subject.ts';
import { type Column, list, when } from '../output/cell.ts';

interface CreateOptions {
  readonly kind: readonly string[];
  readonly site?: string;
  readonly device?: string;
  readonly label?: string;
  readonly task?: string;
  readonly job?: string;
  readonly rollout?: string;
}

const COLUMNS: readonly Column<Webhook>[] = [
  { head: 'ID', cell: ({ id }) => id, keep: true },
  { head: 'URL', cell: ({ url }) => url },
  { head: 'KINDS', cell: ({ kinds }) => list(kinds) },
  { head: 'ABOUT', cell: ({ subject }) => Object.values(subject).join(' ') },
  { head: 'WAITING', cell: ({ waiting }) => waiting, right: true },
  { head: 'GIVEN UP', cell: ({ givenUp }) => givenUp, right: true },
  { head: 'LAST ANSWER', cell: ({ lastAnswer }) => lastAnswer },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
];

/** `edgeloop webhooks`: events, posted to a URL. */
export function addWebhooks(webhooks: Command, cli: Cli): void {
  webhooks
    .command('create')
    .description('post events to a URL, signed, until they are taken; the secret is told once')
    .argument('<url>', 'https://…')
    .requiredOption(
      '--kind <kind...>',
      'such as job.changed, or job.* for all of a noun; not of pictures',
    )
    .option('--site <site>', 'about this site alone')
    .option('--device <device>', 'about this device alone')
    .option('--label <label>', 'about this class alone')
    .option('--task <task>', 'about this task alone')
    .option('--job <job>', 'about this job alone')
    .option('--rollout <rollout>', 'about this rollout alone')
    .action(async (url: string, { kind: kinds, ...asked }: CreateOptions) => {
      const api = await cli.api();
      const subject = await resolveSubject(api, asked);
      const made = await api.askJson<CreatedWebhook>('POST /api/webhooks', {
        json: { url, kinds, ...(Object.keys(subject).length > 0 && { subject }) },
      });
      await cli.print(made, (sheet) =>
        sheet.lines(made.secret).note(`It is told this once. Id: ${made.webhook.id}`),
      );
    });

  webhooks
    .command('list')
    .description('webhooks, oldest first, with how far each is behind')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly webhooks: readonly Webhook[] }>(
        'GET /api/webhooks',
      );
      await cli.print(found, (sheet) => sheet.table(found.webhooks, COLUMNS, 'There is none.'));
    });

  webhooks
    .command('remove')
    .description('it is told nothing more, not even what waits')
    .argument('<webhook>', 'its id')
    .action(async (id: string) => {
      await cli.confirm(`Webhook ${id} is told nothing more; what waits for it is dropped.`);
      const api = await cli.api();
      await api.ask('DELETE /api/webhooks/{id}', { path: { id } });
      await cli.print({ id }, (sheet) => sheet.lines(`${id}: removed`));
    });
}
