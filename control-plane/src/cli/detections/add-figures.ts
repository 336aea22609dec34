import { type Command, Option } from 'commander';
import type { DetectionMix } from '../../resources/detection-mix.ts';
import type { Cli } from '../cli.ts';
import type { Query } from '../client/fill-path.ts';
import { saveAnswer } from '../client/save-answer.ts';
import { resolveDigest } from '../models/resolve-digest.ts';
import { withFilters } from './with-filters.ts';

interface MixOptions extends Readonly<Record<string, string | undefined>> {
  readonly from: string;
  readonly to?: string;
}

/** `export` and `mix`. */
export function addFigures(detections: Command, cli: Cli): void {
  withFilters(detections.command('export'))
    .description('all stored detections that fit every filter, as CSV')
    .argument('<file>', 'where it goes')
    .action(async (file: string, query: Query & { readonly model?: string }) => {
      const api = await cli.api();
      const model = query.model && (await resolveDigest(api, query.model));
      const answer = await api.ask('GET /api/detections.csv', { query: { ...query, model } });
      const bytes = await saveAnswer(answer, file);
      await cli.print({ file, bytes }, (sheet) => sheet.lines(`${file}: ${bytes} bytes`));
    });

  detections
    .command('mix')
    .description('how many occurrences of each class began when')
    .requiredOption('--from <time>', 'from then on: 2026-11-26T12:00:00.000Z')
    .option('--to <time>', 'until then; now unless told otherwise')
    .addOption(
      new Option('--bucket <time>', 'counted together')
        .choices(['1m', '5m', '15m', '1h', '6h', '1d'])
        .default('1h'),
    )
    .option('--site <site>', 'of this site alone')
    .option('--device <device>', 'of this device alone')
    .action(async ({ to, ...more }: MixOptions) => {
      const api = await cli.api();
      const query = { ...more, to: to ?? new Date(cli.surroundings.now()).toISOString() };
      const mix = await api.askJson<DetectionMix>('GET /api/detections/mix', { query });
      await cli.print(mix, (sheet) =>
        sheet.table(
          mix.buckets.map((at, i) => ({ at, i })),
          [
            { head: 'FROM', cell: ({ at }) => ({ text: at }) },
            ...mix.classes.map(({ label, counts }) => ({
              head: label,
              cell: ({ i }: { readonly i: number }) => counts[i],
              right: true as const,
            })),
          ],
          'Nothing was seen then.',
        ),
      );
    });
}
