import { useState } from 'preact/hooks';
import type { DatasetPage } from '../../../../src/resources/dataset.ts';
import type { TaskView } from '../../../../src/resources/task.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page.tsx';
import { toast } from '../../ui/toasts.tsx';
import './dataset-list.css';
import { DatasetRow } from './dataset-row.tsx';

interface DatasetListProps {
  readonly task: TaskView;
  readonly page: DatasetPage | undefined;
  readonly onTrain: (number: number) => void;
  readonly onFrozen: () => void;
}

/** Frozen versions of what is labelled, newest first. */
export function DatasetList({ task: view, page, onTrain, onFrozen }: DatasetListProps) {
  const { task } = view;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const freeze = async () => {
    setBusy(true);
    setError(null);
    try {
      const before = page?.datasets[0]?.number;
      const { number } = await api.post<{ number: number }>(path`/api/tasks/${task}/datasets`);
      toast(
        number === before
          ? `Nothing is new since version ${number}.`
          : `Dataset version ${number} is frozen.`,
      );
      onFrozen();
    } catch (problem) {
      setError(problem as Error);
    }
    setBusy(false);
  };
  return (
    <Section
      title="Datasets"
      actions={
        may('operator') && (
          <Button busy={busy} onClick={freeze}>
            Freeze what is labelled
          </Button>
        )
      }
    >
      {error && <ErrorNote what="Nothing was frozen." error={error} />}
      {page?.datasets.length === 0 && (
        <Empty title="No dataset version yet.">
          <p>
            A version is what is labelled at one moment, and never changes: what a model was trained
            and tested on can always be said.
          </p>
        </Empty>
      )}
      <ul class="datasets">
        {page?.datasets.map((dataset) => (
          <DatasetRow
            key={dataset.number}
            dataset={dataset}
            classes={view.classes}
            onTrain={() => onTrain(dataset.number)}
          />
        ))}
      </ul>
    </Section>
  );
}
