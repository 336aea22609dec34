import { NeedsRole } from '../session/needs-role.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { NextGain, SoFar } from './progress/progress-panel.tsx';
import { useProgress } from './progress/use-progress.ts';

/** Labelling for who may look on, and give no answer. */
export function HowFar({ task }: { task: string }) {
  const { value, problem, reload } = useProgress(task);
  return (
    <>
      <NeedsRole rung="labeller" />
      {problem && (
        <ErrorNote what="How far labelling is was not counted." error={problem} retry={reload} />
      )}
      <SoFar progress={value} />
      <NextGain progress={value} />
    </>
  );
}
