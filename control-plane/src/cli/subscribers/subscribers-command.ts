import type { Command } from 'commander';
import type { Static } from 'typebox';
import type { Subscriber, SubscriberWithPassword } from '../../resources/subscriber.ts';
import type { Cli } from '../cli.ts';
import { type Column, list, when } from '../output/cell.ts';

interface CreateOptions {
  readonly site?: readonly string[];
  readonly device?: readonly string[];
}

const COLUMNS: readonly Column<Subscriber>[] = [
  { head: 'NAME', cell: ({ name }) => name, keep: true },
  { head: 'SITES', cell: ({ sites }) => list(sites) },
  { head: 'DEVICES', cell: ({ devices }) => list(devices) },
  { head: 'PASSWORD OF', cell: ({ passwordAt }) => when(passwordAt) },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
];

/** `edgeloop subscribers`: read-only accounts of the broker. */
export function addSubscribers(subscribers: Command, cli: Cli): void {
  const tell = (made: Static<typeof SubscriberWithPassword>) =>
    cli.print(made, (sheet) =>
      sheet
        .lines(made.password)
        .note(`It is told this once. Username: ${made.subscriber.name}; broker: ${made.mqtt.url}`),
    );

  subscribers
    .command('create')
    .description('reads some sites or devices; its password is told once')
    .argument('<name>', 'its user name, too')
    .option('--site <site...>', 'whose devices it reads')
    .option('--device <device...>', 'which it reads')
    .action(async (name: string, { site, device }: CreateOptions) => {
      const json = { name, ...(site && { sites: site }), ...(device && { devices: device }) };
      await tell(await (await cli.api()).askJson('POST /api/subscribers', { json }));
    });

  subscribers
    .command('list')
    .description('read-only accounts, by name')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly subscribers: readonly Subscriber[] }>(
        'GET /api/subscribers',
      );
      await cli.print(found, (sheet) => sheet.table(found.subscribers, COLUMNS, 'There is none.'));
    });

  subscribers
    .command('credential')
    .description('another password, told once; who is connected is cut off')
    .argument('<subscriber>', 'its name')
    .action(async (name: string) => {
      await cli.confirm(`${name} is cut off, and gets another password.`);
      const api = await cli.api();
      await tell(await api.askJson('POST /api/subscribers/{name}/credential', { path: { name } }));
    });

  subscribers
    .command('remove')
    .description('cut off, and gone')
    .argument('<subscriber>', 'its name')
    .action(async (name: string) => {
      await cli.confirm(`${name} is cut off, and may connect no more.`);
      const api = await cli.api();
      const gone = await api.askJson<Subscriber>('DELETE /api/subscribers/{name}', {
        path: { name },
      });
      await cli.print(gone, (sheet) => sheet.lines(`${name}: removed`));
    });
}
