import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { MODEL_COLUMNS } from './model-columns.ts';
import { OF_MODEL } from './of-model.ts';
import { resolveDigest } from './resolve-digest.ts';

/** `push`, `pull` and `remove`. */
export function addPackages(models: Command, cli: Cli): void {
  models
    .command('push')
    .description('bring a package, and wait until it is registered or refused')
    .argument('<package>', 'folder of the package')
    .requiredOption('--task <task>', 'what it is for')
    .option('--parent <model>', 'the model that it began from')
    .action(
      async (directory: string, options: { readonly task: string; readonly parent?: string }) => {
        const { pushPackage } = await import('./push-package.ts');
        const api = await cli.api();
        const { task, parent: given } = options;
        const parent = given === undefined ? null : await resolveDigest(api, given);
        const model = await pushPackage(api, {
          directory,
          task,
          parent,
          onFile: (path, number, count) => cli.say(`${number} of ${count}: ${path}`),
        });
        await cli.print(model, (sheet) => sheet.table([model], MODEL_COLUMNS));
        if (model.state === 'registered') return;
        const reason = model.refusal ? `${model.refusal.code}: ${model.refusal.message}` : '';
        throw new ControlPlaneError('MODEL_REFUSED', `The model was refused. ${reason}`);
      },
    );

  models
    .command('pull')
    .description('fetch a package; its signature and every digest are checked')
    .argument('<model>', OF_MODEL)
    .argument('<folder>', 'where it goes')
    .option('--keys <folder>', 'whose signatures count; otherwise the server says')
    .action(async (given: string, directory: string, { keys }: { readonly keys?: string }) => {
      const { pullPackage } = await import('./pull-package.ts');
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      await pullPackage(api, { digest, directory, keys: keys ?? null });
      await cli.print({ digest, directory }, (sheet) =>
        sheet.lines(`${directory}: package ${digest}`),
      );
    });

  models
    .command('remove')
    .description('take a model out that no alias, no device and no job needs')
    .argument('<model>', OF_MODEL)
    .action(async (given: string) => {
      const api = await cli.api();
      const digest = await resolveDigest(api, given);
      await cli.confirm(
        `Model ${digest.slice(0, 12)} is removed with the files that are its alone.`,
      );
      await api.ask('DELETE /api/models/{digest}', { path: { digest } });
      await cli.print({ digest }, (sheet) => sheet.lines(`${digest}: removed`));
    });
}
