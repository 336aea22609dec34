import { type Command, Option } from 'commander';
import type { ModelLatency } from '../../resources/model.ts';
import type {
  ModelComparison,
  PredictionPage,
  PredictionView,
} from '../../resources/prediction.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { saveAnswer } from '../client/save-answer.ts';
import { type Column, percent } from '../output/cell.ts';
import { OF_MODEL } from './of-model.ts';
import { resolveDigest } from './resolve-digest.ts';

interface PredictionOptions extends PageOptions {
  readonly form?: string;
  readonly truth?: string;
  readonly predicted?: string;
  readonly outcome?: string;
}

const PREDICTIONS: readonly Column<PredictionView>[] = [
  { head: 'SAMPLE', cell: ({ sha256 }) => sha256, keep: true },
  { head: 'IS', cell: ({ truth }) => truth },
  { head: 'TAKEN FOR', cell: ({ predicted }) => predicted },
  { head: 'SCORE', cell: ({ score }) => score.toFixed(3), right: true },
];

const COMPARISON: readonly Column<ModelComparison>[] = [
  { head: 'SAMPLES', cell: ({ samples }) => samples },
  { head: 'RIGHT', cell: ({ right, samples }) => `${right}, ${percent(right / samples)}` },
  {
    head: 'OTHER RIGHT',
    cell: ({ otherRight, samples }) => `${otherRight}, ${percent(otherRight / samples)}`,
  },
  { head: 'WINS', cell: ({ wins }) => wins },
  { head: 'LOSSES', cell: ({ losses }) => losses },
  { head: 'P', cell: ({ p }) => p?.toPrecision(2) },
];

const LATENCY: readonly Column<ModelLatency>[] = [
  { head: 'DEVICES', cell: ({ devices }) => devices },
  { head: 'FRAMES', cell: ({ frames }) => frames },
  { head: 'P50 MS', cell: ({ p50 }) => p50?.toFixed(1) },
  { head: 'P95 MS', cell: ({ p95 }) => p95?.toFixed(1) },
];

const form = () =>
  new Option('--form <form>', 'as which it was tested').choices(['int8', 'float32']);

/** `predictions`, `compare`, `latency` and `report`: how good a model is. */
export function addFigures(models: Command, cli: Cli): void {
  withPaging(models.command('predictions'))
    .description('what it made of its test samples')
    .argument('<model>', OF_MODEL)
    .addOption(form())
    .option('--truth <class>', 'samples of this class alone')
    .option('--predicted <class>', 'taken for this class alone')
    .addOption(new Option('--outcome <outcome>', 'these alone').choices(['right', 'wrong']))
    .action(async (given: string, { limit, cursor, ...query }: PredictionOptions) => {
      const api = await cli.api();
      const found = await collectPages<PredictionPage>(
        api,
        'GET /api/models/{digest}/predictions',
        'predictions',
        {
          limit,
          ...(cursor !== undefined && { cursor }),
          path: { digest: await resolveDigest(api, given) },
          query: { ...query },
        },
      );
      await cli.print(found, (sheet) =>
        sheet.table(found.predictions, PREDICTIONS, 'No sample fits.').more(found.next),
      );
    });

  models
    .command('compare')
    .description('two models on the samples that both were tested on')
    .argument('<model>', OF_MODEL)
    .argument('<model>', 'the other')
    .addOption(form())
    .action(async (given: string, other: string, options: { readonly form?: string }) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      const query = { ...options, with: await resolveDigest(api, other) };
      const found = await api.askJson<ModelComparison>('GET /api/models/{digest}/comparison', {
        path: { digest },
        query,
      });
      await cli.print(found, (sheet) =>
        found.samples > 0
          ? sheet.fields(found, COMPARISON)
          : sheet.lines('There is no sample that both were tested on.'),
      );
    });

  models
    .command('latency')
    .description('how long an inference takes on the devices that ran it')
    .argument('<model>', OF_MODEL)
    .action(async (given: string) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      const found = await api.askJson<ModelLatency>('GET /api/models/{digest}/latency', {
        path: { digest },
      });
      await cli.print(found, (sheet) => sheet.fields(found, LATENCY));
    });

  models
    .command('report')
    .description("its trainer's report: one page of HTML")
    .argument('<model>', OF_MODEL)
    .argument('<file>', 'where it goes')
    .action(async (given: string, file: string) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      const answer = await api.ask('GET /api/models/{digest}/report', { path: { digest } });
      await saveAnswer(answer, file);
      await cli.print({ digest, file }, (sheet) => sheet.lines(file));
    });
}
