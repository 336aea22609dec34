import t from 'tap';
import { chooseTask } from '../../../control-plane/dashboard/src/models/overview/choose-task.ts';

const DOORS = { task: 'doors' };
const PARTS = { task: 'parts' };

const CASES = [
  ['no task yet', [], null, 'none'],
  ['no task yet, one is named', [], 'parts', 'none'],
  ['none is named: the first', [DOORS, PARTS], null, DOORS],
  ['nothing is named: the first', [DOORS, PARTS], '', DOORS],
  ['the one that is named', [DOORS, PARTS], 'parts', PARTS],
  ['one that is not there is no other', [DOORS, PARTS], 'partz', 'missing'],
] as const;
for (const [name, tasks, wanted, expected] of CASES) {
  t.test(name, async (t) => t.equal(chooseTask(tasks, wanted), expected));
}
