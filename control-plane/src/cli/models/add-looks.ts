import { type Command, Option } from 'commander';
import type { ModelDetails, ModelLineage, ModelPage } from '../../resources/model.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { CHECK_COLUMNS } from '../jobs/job-columns.ts';
import {
  LINEAGE_FIELDS,
  MODEL_COLUMNS,
  MODEL_FIELDS,
  ORIGIN_COLUMNS,
  RUNNER_COLUMNS,
} from './model-columns.ts';
import { OF_MODEL } from './of-model.ts';
import { resolveDigest } from './resolve-digest.ts';

interface ListOptions extends PageOptions {
  readonly task?: string;
  readonly state?: string;
}

/** `list`, `show`, `lineage` and `card`. */
export function addLooks(models: Command, cli: Cli): void {
  withPaging(models.command('list'))
    .description('models, newest first')
    .option('--task <task>', 'of this task alone')
    .addOption(
      new Option('--state <state>', 'in this state alone').choices([
        ...['announced', 'checking', 'registered', 'refused'],
      ]),
    )
    .action(async ({ task, state, ...page }: ListOptions) => {
      const found = await collectPages<ModelPage>(await cli.api(), 'GET /api/models', 'models', {
        ...page,
        query: { task, state },
      });
      await cli.print(found, (sheet) =>
        sheet
          .table(
            found.models,
            MODEL_COLUMNS,
            'There is none. edgeloop jobs create trains one, edgeloop models push brings one.',
          )
          .more(found.next),
      );
    });

  models
    .command('show')
    .description("one model, and the gate's verdict on it")
    .argument('<model>', OF_MODEL)
    .action(async (given: string) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      const view = await api.askJson<ModelDetails>('GET /api/models/{digest}', {
        path: { digest },
      });
      await cli.print(view, (sheet) =>
        sheet
          .fields(view, MODEL_FIELDS)
          .section('Gate', view.gate?.verdict.checks ?? [], CHECK_COLUMNS),
      );
    });

  models
    .command('lineage')
    .description('from the devices of its samples to the devices that run it')
    .argument('<model>', OF_MODEL)
    .action(async (given: string) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      const view = await api.askJson<ModelLineage>('GET /api/models/{digest}/lineage', {
        path: { digest },
      });
      await cli.print(view, (sheet) =>
        sheet
          .fields(view, LINEAGE_FIELDS)
          .section('Samples of', view.dataset.origins, ORIGIN_COLUMNS)
          .section('Runs on', view.devices, RUNNER_COLUMNS),
      );
    });

  models
    .command('card')
    .description('the model card, in Markdown')
    .argument('<model>', OF_MODEL)
    .action(async (given: string) => {
      const api = await cli.api();
      const path = { digest: await resolveDigest(api, given) };
      const card = cli.options.json
        ? await api.ask('GET /api/models/{digest}/card.json', { path })
        : await api.ask('GET /api/models/{digest}/card.md', { path });
      cli.write(await card.text());
    });
}
