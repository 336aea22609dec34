import type { Command } from 'commander';
import type { TrainingSettings } from '../../jobs/training-settings.ts';
import { mergeInto, readJson } from '../arguments/read-json.ts';
import type { Cli } from '../cli.ts';

/**
 * `training` and `set-training`: how a task is trained, what starts a training, what the gate asks
 * for.
 */
export function addTraining(tasks: Command, cli: Cli): void {
  tasks
    .command('training')
    .description('how a task is trained, what starts a training, and what the gate asks for')
    .argument('<task>', 'its name')
    .action(async (task: string) => {
      const api = await cli.api();
      const settings = await api.askJson<TrainingSettings>('GET /api/tasks/{task}/training', {
        path: { task },
      });
      await cli.print(settings, (sheet) => sheet.lines(JSON.stringify(settings, null, 2)));
    });

  tasks
    .command('set-training')
    .description('change how a task is trained; jobs that are there stay as they are')
    .argument('<task>', 'its name')
    .argument(
      '<file>',
      'JSON: what is to change, such as {"triggers":{"labels":{"count":200}}}; -: standard input',
    )
    .action(async (task: string, file: string) => {
      const change = await readJson(file, cli.surroundings.stdin);
      const api = await cli.api();
      const path = { task };
      const answer = await api.ask('GET /api/tasks/{task}/training', { path });
      const before: unknown = JSON.parse(await answer.text());
      const { etag } = answer.headers;
      const settings = await api.askJson<TrainingSettings>('PUT /api/tasks/{task}/training', {
        path,
        json: mergeInto(before, change),
        ...(etag && { headers: { 'if-match': etag } }),
      });
      await cli.print(settings, (sheet) => sheet.lines(JSON.stringify(settings, null, 2)));
    });
}
