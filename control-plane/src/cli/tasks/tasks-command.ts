import { Command } from 'commander';
import type { TaskView } from '../../resources/task.ts';
import { clientOf, type ServerOptions, withServer } from '../client/server-options.ts';
import { print } from '../print.ts';

/** `edgeloop tasks`: what models are trained for. */
export function tasksCommand(): Command {
  const create = withServer(new Command('create'))
    .description('a new task')
    .argument('<task>', 'its name: lower-case letters, digits and dashes')
    .option('--class <name...>', 'classes, in their order; models bring theirs along', [])
    .action(async (task: string, options: ServerOptions & { class: string[] }) => {
      const json = { task, classes: options.class };
      const made = await clientOf(options).askJson<TaskView>('/api/tasks', {
        method: 'POST',
        json,
      });
      print(options.json, made, [line(made)]);
    });
  const list = withServer(new Command('list'))
    .description('every task, and its champion')
    .action(async (options: ServerOptions) => {
      const { tasks } = await clientOf(options).askJson<{ tasks: TaskView[] }>('/api/tasks');
      print(options.json, tasks, tasks.map(line));
    });
  return new Command('tasks')
    .description('what models are trained for')
    .addCommand(create)
    .addCommand(list);
}

function line({ task, classes, aliases }: TaskView): string {
  const champion = aliases.find(({ alias }) => alias === 'champion')?.digest ?? 'no champion';
  return `${task}\t${classes.join(', ') || 'no classes'}\t${champion}`;
}
