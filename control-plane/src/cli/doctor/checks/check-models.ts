import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { ModelDetails } from '../../../resources/model.ts';
import type { TaskView } from '../../../resources/task.ts';
import type { ApiClient } from '../../client/api-client.ts';

/** Each task has a champion, which passed its golden cases when it was registered, and the gate. */
export async function checkModels(api: ApiClient): Promise<readonly Finding[]> {
  const { tasks } = await api.askJson<{ readonly tasks: readonly TaskView[] }>('GET /api/tasks');
  if (tasks.length === 0) {
    return [warning('models', 'there is no task', 'edgeloop tasks create NAME')];
  }
  return Promise.all(tasks.map((task) => checkChampion(api, task)));
}

async function checkChampion(api: ApiClient, { task, aliases }: TaskView): Promise<Finding> {
  const champion = aliases.find(({ alias }) => alias === 'champion');
  if (!champion) {
    const mend = `edgeloop jobs create ${task}, then edgeloop models alias MODEL champion`;
    return warning('models', `task ${task} has no champion`, mend);
  }
  const { digest } = champion;
  const short = digest.slice(0, 12);
  const { state, gate } = await api.askJson<ModelDetails>('GET /api/models/{digest}', {
    path: { digest },
  });
  if (state !== 'registered') {
    const what = `the champion of ${task}, ${short}, is ${state}`;
    return problem('models', what, `edgeloop models show ${short}`);
  }
  const failed = gate?.verdict.checks.find(({ passed }) => !passed);
  return failed
    ? warning(
        'models',
        `the champion of ${task}, ${short}, did not pass the gate: ${failed.reason}`,
        `edgeloop models show ${short}`,
      )
    : ok('models', `the champion of ${task} is ${short}, and passed its golden cases`);
}
