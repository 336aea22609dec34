import { Link } from 'wouter-preact';
import type { DatasetView } from '../../../../src/resources/dataset.ts';
import { withQuery } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';

/** Nothing is here yet: a task comes first. */
export function NoTask({ onAdd }: { onAdd: () => void }) {
  return (
    <Empty title="There is no task yet.">
      <p>
        A task is what models are trained for: it owns its classes, its samples and its versions. A
        device looks for one task through each of its slots.
      </p>
      {may('operator') && (
        <Button kind="primary" onClick={onAdd}>
          New task…
        </Button>
      )}
    </Empty>
  );
}

/** How the first model of a task comes to be. */
export function NoModel({
  task,
  dataset,
  onTrain,
}: {
  task: string;
  /** The newest. */
  dataset: DatasetView | undefined;
  onTrain: () => void;
}) {
  return (
    <Empty title={`${task} has no model yet.`}>
      <ol class="models-steps">
        <li>
          <Link href={`/label/${task}`}>Label pictures</Link>: a hundred of each class are a fair
          start. Devices keep those worth a label; pictures of your own are imported under Datasets,
          or by <code>edgeloop datasets import</code>.
        </li>
        <li>
          {dataset
            ? `Dataset version ${dataset.number} is frozen. `
            : 'What is labelled is frozen as a dataset version. '}
          {may('operator') && <Button onClick={onTrain}>Train…</Button>}
        </li>
        <li>
          What passes the gate is the candidate: compare it here, make it champion,{' '}
          <Link href={withQuery('/rollouts/new', { task })}>roll it out</Link>.
        </li>
      </ol>
      <p>Or bring a package that was trained elsewhere:</p>
      <Copy label="Command" text={`edgeloop models push package/ --task ${task}`} />
    </Empty>
  );
}
