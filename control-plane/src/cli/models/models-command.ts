import { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { ModelPage, ModelSummary, ModelView } from '../../resources/model.ts';
import type { ApiClient } from '../client/api-client.ts';
import { clientOf, type ServerOptions, withServer } from '../client/server-options.ts';
import { print } from '../print.ts';
import { pullPackage } from './pull-package.ts';
import { pushPackage } from './push-package.ts';
import { resolveDigest } from './resolve-digest.ts';

const OF_MODEL = 'of the model; its first digits will do, at least 8';

/** `edgeloop models`: the registry. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('the registry of models')
    .addCommand(pushCommand())
    .addCommand(listCommand())
    .addCommand(pullCommand())
    .addCommand(aliasCommand())
    .addCommand(cardCommand())
    .addCommand(removeCommand());
}

function pushCommand(): Command {
  return withServer(new Command('push'))
    .description('bring a package, and wait until it is registered or refused')
    .argument('<package>', 'folder of the package')
    .requiredOption('--task <name>', 'what it is for')
    .option('--parent <digest>', 'the model that it began from')
    .action(
      async (directory: string, options: ServerOptions & { task: string; parent?: string }) => {
        const client = clientOf(options);
        const { parent: given } = options;
        const parent = given === undefined ? null : await resolveDigest(client, given);
        const model = await pushPackage(client, {
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
    .argument('<digest>', OF_MODEL)
    .argument('<folder>', 'where it goes')
    .option('--keys <folder>', 'whose signatures count; otherwise the server says')
    .action(
      async (given: string, directory: string, options: ServerOptions & { keys?: string }) => {
        const keys = options.keys ?? null;
        const client = clientOf(options);
        const digest = await resolveDigest(client, given);
        await pullPackage(client, { digest, directory, keys });
        print(options.json, { digest, directory }, [`${directory}: package ${digest}`]);
      },
    );
}

function aliasCommand(): Command {
  return withServer(new Command('alias'))
    .description('let an alias stand for a model')
    .argument('<digest>', OF_MODEL)
    .argument('<alias>', 'champion')
    .option('--expected <digest>', 'only if it stands for this one now; none: for nothing')
    .action(
      async (given: string, alias: string, options: ServerOptions & { expected?: string }) => {
        const { expected } = options;
        const client = clientOf(options);
        const model = await resolveDigest(client, given);
        const json = expected === undefined ? {} : { expected: await before(client, expected) };
        const path = `/api/models/${model}/aliases/${encodeURIComponent(alias)}`;
        const view = await client.askJson<ModelView>(path, { method: 'PUT', json });
        print(options.json, view, [line(view)]);
      },
    );
}

function cardCommand(): Command {
  return withServer(new Command('card'))
    .description('the model card, in Markdown')
    .argument('<digest>', OF_MODEL)
    .action(async (given: string, options: ServerOptions) => {
      const form = options.json ? 'card.json' : 'card.md';
      const client = clientOf(options);
      const model = await resolveDigest(client, given);
      const response = await client.ask(`/api/models/${model}/${form}`);
      process.stdout.write(await response.text());
    });
}

function removeCommand(): Command {
  return withServer(new Command('remove'))
    .description('take a model out that no alias, no device and no job needs')
    .argument('<digest>', OF_MODEL)
    .action(async (given: string, options: ServerOptions) => {
      const client = clientOf(options);
      const digest = await resolveDigest(client, given);
      await client.ask(`/api/models/${digest}`, { method: 'DELETE' });
      print(options.json, { digest }, [`${digest}: removed`]);
    });
}

/** What an alias must stand for. */
async function before(client: ApiClient, text: string): Promise<string | null> {
  return text === 'none' ? null : resolveDigest(client, text);
}

function line({ digest: model, task, name, state, accuracy, aliases }: ModelSummary): string {
  const share = accuracy === null ? '' : `${(accuracy * 100).toFixed(1)} %`;
  return [model, task, name, state, share, aliases.join(',')].join('\t').trimEnd();
}
