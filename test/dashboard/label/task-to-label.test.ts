import type { TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { taskToLabel } from '../../../control-plane/dashboard/src/label/task-to-label.ts';

const task = (name: string, hasWaiting: boolean) => ({ task: name as TaskId, hasWaiting });

const CASES = [
  ['no task yet', [], 'parts', null],
  ['none was labelled: the first', [task('caps', true), task('parts', true)], null, 'caps'],
  [
    'none was labelled: where something waits',
    [task('caps', false), task('parts', true)],
    null,
    'parts',
  ],
  ['the last', [task('caps', true), task('parts', true)], 'parts', 'parts'],
  ['the last is done: another', [task('caps', true), task('parts', false)], 'parts', 'caps'],
  ['nothing waits: the last', [task('caps', false), task('parts', false)], 'parts', 'parts'],
  ['the last is not there', [task('caps', false), task('parts', true)], 'gone', 'parts'],
] as const;
for (const [name, tasks, last, expected] of CASES) {
  t.test(name, async (t) => t.equal(taskToLabel(tasks, last), expected));
}
