import type { Command } from 'commander';
import type { ClassList } from '../../resources/label.ts';
import type { AliasChangePage, TaskView } from '../../resources/task.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, digest, list, when } from '../output/cell.ts';
import { addBudget } from './add-budget.ts';
import { addProgress } from './add-progress.ts';
import { addTraining } from './add-training.ts';

const aliasOf = ({ aliases }: TaskView, name: string) =>
  aliases.find(({ alias }) => alias === name)?.digest;

const COLUMNS: readonly Column<TaskView>[] = [
  { head: 'TASK', cell: ({ task }) => task, keep: true },
  { head: 'CLASSES', cell: ({ classes }) => list(classes) },
  { head: 'CHAMPION', cell: (task) => digest(aliasOf(task, 'champion')) },
  { head: 'CANDIDATE', cell: (task) => digest(aliasOf(task, 'candidate')) },
];
const MORE: readonly Column<TaskView>[] = [
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
];
const CHANGES: readonly Column<AliasChangePage['changes'][number]>[] = [
  { head: 'AT', cell: ({ at }) => when(at) },
  { head: 'ALIAS', cell: ({ alias }) => alias },
  { head: 'FROM', cell: ({ from }) => digest(from) },
  { head: 'TO', cell: ({ to }) => digest(to) },
  { head: 'BY', cell: ({ by }) => by },
];

/** `edgeloop tasks`: what models are trained for. */
export function addTasks(tasks: Command, cli: Cli): void {
  tasks
    .command('create')
    .description('a new task')
    .argument('<name>', 'lower-case letters, digits and dashes')
    .option('--class <name...>', 'classes, in their order; models bring theirs along', [])
    .action(async (task: string, { class: classes }: { readonly class: readonly string[] }) => {
      const api = await cli.api();
      const made = await api.askJson<TaskView>('POST /api/tasks', { json: { task, classes } });
      await cli.print(made, (sheet) => sheet.table([made], COLUMNS));
    });

  tasks
    .command('list')
    .description('every task, and its champion')
    .action(async () => {
      const api = await cli.api();
      const found = await api.askJson<{ readonly tasks: readonly TaskView[] }>('GET /api/tasks');
      await cli.print(found, (sheet) =>
        sheet.table(found.tasks, COLUMNS, 'There is no task. edgeloop tasks create makes one.'),
      );
    });

  tasks
    .command('show')
    .description('one task: its classes, and what its aliases stand for')
    .argument('<task>', 'its name')
    .action(async (task: string) => {
      const api = await cli.api();
      const view = await api.askJson<TaskView>('GET /api/tasks/{task}', { path: { task } });
      await cli.print(view, (sheet) => sheet.fields(view, [...COLUMNS, ...MORE]));
    });

  tasks
    .command('add-class')
    .description('a class that the task did not have; the next dataset has it')
    .argument('<task>', 'its name')
    .argument('<class>', 'the name of the class')
    .action(async (task: string, name: string) => {
      const api = await cli.api();
      const found = await api.askJson<ClassList>('POST /api/tasks/{task}/classes', {
        path: { task },
        json: { class: name },
      });
      await cli.print(found, (sheet) => sheet.lines(found.classes.join(', ')));
    });

  withPaging(tasks.command('alias-changes'))
    .description('which model was champion or candidate when, and who said so')
    .argument('<task>', 'its name')
    .action(async (task: string, page: PageOptions) => {
      const found = await collectPages<AliasChangePage>(
        await cli.api(),
        'GET /api/tasks/{task}/alias-changes',
        'changes',
        { ...page, path: { task } },
      );
      await cli.print(found, (sheet) =>
        sheet.table(found.changes, CHANGES, 'No alias was ever set.').more(found.next),
      );
    });

  addProgress(tasks, cli);
  addTraining(tasks, cli);
  addBudget(tasks, cli);
}
