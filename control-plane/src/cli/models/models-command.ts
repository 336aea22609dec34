import { parseId, type Sha256 } from '@edgeloop/protocol';
import { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { ModelPage, ModelSummary, ModelView } from '../../resources/model.ts';
import { clientOf, type ServerOptions, withServer } from '../client/server-options.ts';
import { print } from '../print.ts';
import { pullPackage } from './pull-package.ts';
import { pushPackage } from './push-package.ts';

/** `edgeloop models`: the registry. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('the registry of models')
    .addCommand(pushCommand())
    .addCommand(listCommand())
    .addCommand(pullCommand())
    .addCommand(aliasCommand())
    .addCommand(cardCommand());
}

function pushCommand(): Command {
  return withServer(new Command('push'))
    .description('bring a package, and wait until it is registered or refused')
    .argument('<package>', 'folder of the package')
    .requiredOption('--task <name>', 'what it is for')
    .option('--parent <digest>', 'the model that it began from')
    .action(
      async (directory: string, options: ServerOptions & { task: string; parent?: string }) => {
        const parent = options.parent === undefined ? null : parseId('sha256', options.parent);
        const model = await pushPackage(clientOf(options), {
          ...{ directory, task: options.task, parent },
          onFile: (path, number, count) => process.stderr.write(`${number} of ${count}: ${path}\n`),
        });
        print(options.json, model, [line(model)]);
        if (model.state === 'registered') return;
        const reason = model.refusal ? `${model.refusal.code}: ${model.refusal.message}` : '';
        throw new ControlPlaneError('MODEL_REFUSED', `The model was refused. ${reason}`);
      },
    );
}

function listCommand(): Command {
  return withServer(new Command('list'))
    .description('models, newest first')
    .option('--task <name>', 'of this task alone')
    .action(async (options: ServerOptions & { task?: string }) => {
      const client = clientOf(options);
      const models: ModelSummary[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = new URLSearchParams({
          ...(options.task !== undefined && { task: options.task }),
          ...(cursor !== '' && { cursor }),
        });
        const page: ModelPage = await client.askJson<ModelPage>(`/api/models?${query}`);
        models.push(...page.models);
        cursor = page.next;
      }
      print(options.json, models, models.map(line));
    });
}

function pullCommand(): Command {
  return withServer(new Command('pull'))
    .description('fetch a package; its signature and every digest are checked')
    .argument('<digest>', 'of the model', digest)
    .argument('<folder>', 'where it goes')
    .option('--keys <folder>', 'whose signatures count; otherwise the server says')
    .action(
      async (digest: Sha256, directory: string, options: ServerOptions & { keys?: string }) => {
        const keys = options.keys ?? null;
        await pullPackage(clientOf(options), { digest, directory, keys });
        print(options.json, { digest, directory }, [`${directory}: package ${digest}`]);
      },
    );
}

function aliasCommand(): Command {
  return withServer(new Command('alias'))
    .description('let an alias stand for a model')
    .argument('<digest>', 'of the model', digest)
    .argument('<alias>', 'champion')
    .option('--expected <digest>', 'only if it stands for this one now; none: for nothing')
    .action(
      async (model: Sha256, alias: string, options: ServerOptions & { expected?: string }) => {
        const { expected } = options;
        const json =
          expected === undefined ? {} : { expected: expected === 'none' ? null : expected };
        const path = `/api/models/${model}/aliases/${encodeURIComponent(alias)}`;
        const view = await clientOf(options).askJson<ModelView>(path, { method: 'PUT', json });
        print(options.json, view, [line(view)]);
      },
    );
}

function cardCommand(): Command {
  return withServer(new Command('card'))
    .description('the model card, in Markdown')
    .argument('<digest>', 'of the model', digest)
    .action(async (model: Sha256, options: ServerOptions) => {
      const form = options.json ? 'card.json' : 'card.md';
      const response = await clientOf(options).ask(`/api/models/${model}/${form}`);
      process.stdout.write(await response.text());
    });
}

const digest = (text: string) => parseId('sha256', text);

function line({ digest: model, task, name, state, accuracy, aliases }: ModelSummary): string {
  const share = accuracy === null ? '' : `${(accuracy * 100).toFixed(1)} %`;
  return [model, task, name, state, share, aliases.join(',')].join('\t').trimEnd();
}
