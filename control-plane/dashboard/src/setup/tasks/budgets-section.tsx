import type { FleetBudget } from '../../../../src/resources/sample.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { Loaded } from '../loaded.tsx';
import { BudgetForm } from './budget-form.tsx';
import { EachTask } from './each-task.tsx';

export function BudgetsSection() {
  return (
    <>
      <p class="setup-lead">
        How many pictures all devices of a task may send for labelling together. It is divided over
        them: half evenly, half by how unsure their models are.
      </p>
      <EachTask>{(task) => <Budget task={task} />}</EachTask>
    </>
  );
}

function Budget({ task }: { task: string }) {
  const read = useResource<{ budget: FleetBudget | null }>(path`/api/tasks/${task}/budget`);
  return (
    <Loaded what="The budgets" from={read}>
      {({ budget }) => (
        <BudgetForm
          key={JSON.stringify(budget)}
          task={task}
          budget={budget}
          onChanged={read.reload}
        />
      )}
    </Loaded>
  );
}
