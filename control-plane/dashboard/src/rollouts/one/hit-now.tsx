import { useEffect, useState } from 'preact/hooks';
import type { RolloutPreview, RolloutView } from '../../../../src/resources/rollout.ts';
import { api, isProblem } from '../../api/client.ts';
import type { Problem } from '../../api/problem.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PreviewPanel } from '../compose/preview-panel.tsx';

/** Of a rollout that has not begun: who it would be, were it to start now, and what keeps it. */
export function HitNow({ view }: { view: RolloutView }) {
  const [preview, setPreview] = useState<RolloutPreview | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { rollout, plan, reason } = view;
  // Another reason says that something has changed.
  useEffect(() => {
    const controller = new AbortController();
    const { window, atOnce, shadow, ...rest } = plan;
    const body = {
      ...{ rollout, ...rest },
      ...(window && { window }),
      ...(atOnce !== null && { atOnce }),
      ...(shadow && { shadow }),
    };
    const { signal } = controller;
    api.post<RolloutPreview>('/api/rollouts/preview', body, { signal }).then(
      (answer) => {
        setPreview(answer);
        setProblem(null);
      },
      (error: Problem) => !signal.aborted && setProblem(error),
    );
    return () => controller.abort();
  }, [rollout, reason]);
  // Who may only look can't ask who would be hit.
  if (problem && isProblem(problem, 'FORBIDDEN')) {
    return <p class="caption">Who may plan rollouts sees here who would be hit.</p>;
  }
  if (problem) return <ErrorNote what="Nobody can say who would be hit." error={problem} />;
  return preview && <PreviewPanel preview={preview} waits={plan.start !== 'by hand'} />;
}
