import { useEffect, useRef } from 'preact/hooks';
import type { LabelProgressView } from '../../../../src/resources/label-progress.ts';
import { path, withQuery } from '../../api/path.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { answers } from '../answers/answers.ts';

/** While one labels it is counted so often, in ms; what others do is seen at least so often. */
const WHILE_LABELLING = 1_500;
const EVERY = 20_000;

/** How far labelling is, counted from the reader's midnight. @param task null: none is chosen */
export function useProgress(task: string | null): Resource<LabelProgressView> {
  const midnight = new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
  const progress = useResource<LabelProgressView>(
    task === null ? null : withQuery(path`/api/tasks/${task}/progress`, { since: midnight }),
    { every: EVERY, on: ['job.changed', 'dataset.created', 'alias.changed'] },
  );
  const reload = useRef(progress.reload);
  reload.current = progress.reload;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = answers.listen(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload.current();
      }, WHILE_LABELLING);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, []);
  return progress;
}
