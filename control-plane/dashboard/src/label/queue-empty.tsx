import { Link } from 'wouter-preact';
import type { LabelProgressView } from '../../../src/resources/label-progress.ts';
import { withQuery } from '../api/path.ts';
import { may } from '../session/session-state.ts';
import { Button } from '../ui/button.tsx';
import { Copy } from '../ui/copy.tsx';
import { Empty } from '../ui/empty.tsx';
import { plural } from '../ui/format.ts';

interface QueueEmptyProps {
  readonly task: string;
  readonly progress: LabelProgressView | undefined;
  readonly onImport: () => void;
}

/** Why there is no picture, and what brings some. */
export function QueueEmpty({ task, progress, onImport }: QueueEmptyProps) {
  const waiting = progress?.queue.waiting ?? 0;
  if (progress && waiting > 0) {
    return (
      <Empty title="Nothing is left for you.">
        <p>
          {plural(waiting, 'picture')} still {waiting === 1 ? 'waits' : 'wait'}: another person
          looks at them now, or you skipped them or said your word. Disputes go to a third person;
          an operator's word settles them. Or take back a skip with U.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Everything is labelled.">
      <p>
        Devices send what their model is unsure of, within their budget; a model that is sure keeps
        little. New pictures appear here by themselves.
      </p>
      <p>
        <Link href={withQuery('/models', { task })}>See on Models</Link> what a training makes of
        the labels, or bring pictures of your own{may('operator') ? ':' : ', as an operator.'}
      </p>
      {may('operator') && <Button onClick={onImport}>Import pictures…</Button>}
    </Empty>
  );
}

/** Before there is anything to label for. */
export function NoTask() {
  return (
    <Empty title="There is no task yet.">
      <p>
        A task is what a model is trained for: its classes, pictures, labels and models. Its name is
        that of the slot in agent.yaml, so that devices know whose pictures theirs are.
      </p>
      <Copy
        label="A command that makes a task"
        text="edgeloop tasks create parts --class good scratch dent"
      />
    </Empty>
  );
}
