import { useEffect, useState } from 'preact/hooks';
import type { RolloutPreview, RolloutView } from '../../../../src/resources/rollout.ts';
import { isProblem } from '../../api/client.ts';
import { keepAsking } from '../../api/keep-asking.ts';
import type { Problem } from '../../api/problem.ts';
import { may } from '../../session/session-state.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { askPreview } from '../ask-preview.ts';
import { PreviewPanel } from '../compose/preview-panel.tsx';

/** Of a rollout that has not begun: who it would be, were it to start now, and what keeps it. */
export function HitNow({ view }: { view: RolloutView }) {
  const [preview, setPreview] = useState<RolloutPreview | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { rollout, plan, reason } = view;
  const mayPlan = may('operator');
  // Another reason says that something has changed.
  useEffect(() => {
    if (!mayPlan) return undefined;
    const { window, atOnce, shadow, ...rest } = plan;
    const body = {
      rollout,
      ...rest,
      ...(window && { window }),
      ...(atOnce !== null && { atOnce }),
      ...(shadow && { shadow }),
    };
    return keepAsking({
      ask: (signal) => askPreview(body, signal),
      onAnswer: (answer) => {
        setPreview(answer);
        setProblem(null);
      },
      onProblem: setProblem,
    });
  }, [rollout, reason, mayPlan]);
  // Who may only look can't ask who would be hit.
  if (!mayPlan || isProblem(problem, 'FORBIDDEN')) {
    return (
      <p class="caption">People who may plan rollouts see here which devices it would reach.</p>
    );
  }
  return (
    <>
      {problem && (
        <ErrorNote what="It is not known now which devices it would reach." error={problem} />
      )}
      {preview && <PreviewPanel preview={preview} waits={plan.start !== 'by hand'} />}
    </>
  );
}
