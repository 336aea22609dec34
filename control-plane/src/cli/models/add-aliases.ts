import type { Command } from 'commander';
import type { ModelView } from '../../resources/model.ts';
import type { Cli } from '../cli.ts';
import { MODEL_COLUMNS } from './model-columns.ts';
import { OF_MODEL } from './of-model.ts';
import { resolveDigest } from './resolve-digest.ts';

/** `alias` and `remove-alias`: what champion stands for. */
export function addAliases(models: Command, cli: Cli): void {
  const print = (view: ModelView) => cli.print(view, (sheet) => sheet.table([view], MODEL_COLUMNS));

  models
    .command('alias')
    .description('let an alias stand for a model')
    .argument('<model>', OF_MODEL)
    .argument('<alias>', 'champion; the gate alone makes a candidate')
    .option('--expected <model>', 'only if it stands for this one now; none: for nothing')
    .action(async (given: string, alias: string, options: { readonly expected?: string }) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      const { expected } = options;
      const before = expected === 'none' ? null : expected && (await resolveDigest(api, expected));
      const json = before === undefined ? {} : { expected: before };
      await print(
        await api.askJson('PUT /api/models/{digest}/aliases/{alias}', {
          path: { digest, alias },
          json,
        }),
      );
    });

  models
    .command('remove-alias')
    .description('the alias stands for nothing any more')
    .argument('<model>', OF_MODEL)
    .argument('<alias>', 'champion, candidate')
    .action(async (given: string, alias: string) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      await cli.confirm(
        `${alias} stands for nothing any more: the next training has none to beat.`,
      );
      await print(
        await api.askJson('DELETE /api/models/{digest}/aliases/{alias}', {
          path: { digest, alias },
        }),
      );
    });
}
