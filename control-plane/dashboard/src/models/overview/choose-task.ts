/**
 * The task that an address means: the first where it names none.
 * @returns `missing`: it names one that is not there. `none`: there are no tasks at all
 */
export function chooseTask<Task extends { readonly task: string }>(
  tasks: readonly Task[],
  wanted: string | null,
): Task | 'missing' | 'none' {
  const [first] = tasks;
  if (!first) return 'none';
  if (wanted === null || wanted === '') return first;
  return tasks.find(({ task }) => task === wanted) ?? 'missing';
}
