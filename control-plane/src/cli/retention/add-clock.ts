import { timestamp } from '@edgeloop/protocol';
import type { Command } from 'commander';
import type { ClockView } from '../../resources/clock.ts';
import type { RetentionPreview, RetentionView } from '../../resources/retention.ts';
import type { Cli } from '../cli.ts';
import type { Column } from '../output/cell.ts';
import { describeRemoval } from './describe-removal.ts';

const FIELDS: readonly Column<ClockView>[] = [
  { head: 'SAYS', cell: ({ says }) => says },
  { head: 'SURE', cell: ({ sure }) => sure },
  { head: 'BELIEVED', cell: ({ doubt }) => (doubt === null ? 'yes' : `no: ${doubt}`) },
];

/**
 * `retention clock` and `confirm-clock`: whether the server's clock is believed, and a person's
 * word that it is right.
 */
export function addClock(retention: Command, cli: Cli): void {
  retention
    .command('clock')
    .description("whether the server's clock is believed, by which what is kept grows old")
    .action(async () => {
      const api = await cli.api();
      const view = await api.askJson<ClockView>('GET /api/retention/clock');
      await cli.print(view, (sheet) => sheet.fields(view, FIELDS));
    });
  retention
    .command('confirm-clock')
    .description("say that the server's clock is right, which must agree with the clock here")
    .action(async () => {
      const api = await cli.api();
      const { settings } = await api.askJson<RetentionView>('GET /api/retention');
      const preview = await api.askJson<RetentionPreview>('POST /api/retention/preview', {
        json: { settings, byClock: true },
      });
      const removal = describeRemoval(preview);
      if (removal !== null) await cli.confirm(removal);
      const view = await api.askJson<ClockView>('POST /api/retention/clock', {
        json: { now: timestamp(cli.surroundings.now()) },
      });
      await cli.print(view, (sheet) => sheet.fields(view, FIELDS));
    });
}
