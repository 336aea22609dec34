import { useState } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';
import type { DatasetPage, DatasetView } from '../../../../src/resources/dataset.ts';
import type { TaskView } from '../../../../src/resources/task.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import type { More } from '../../api/use-more.ts';
import { useResource } from '../../api/use-resource.ts';
import { ImportDialog } from '../../import/import-dialog.tsx';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { toast } from '../../ui/toasts.tsx';
import './dataset-list.css';
import { DatasetRow } from './dataset-row.tsx';

interface DatasetListProps {
  readonly task: TaskView;
  readonly frozen: More<DatasetPage>;
  readonly onTrain: (dataset: DatasetView) => void;
}

/** Frozen versions of what is labelled, newest first. */
export function DatasetList({ task: view, frozen, onTrain }: DatasetListProps) {
  const { task } = view;
  const datasets = frozen.page?.datasets;
  const named = useNamed(task, datasets);
  const shown = named.value ? [...(datasets ?? []), named.value] : datasets;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [importing, setImporting] = useState(false);
  const freeze = async () => {
    setBusy(true);
    setError(null);
    try {
      const before = datasets?.[0]?.number;
      const { number } = await api.post<{ number: number }>(path`/api/tasks/${task}/datasets`);
      toast(
        number === before
          ? `Nothing is new since version ${number}.`
          : `Dataset version ${number} is frozen.`,
      );
      frozen.reload();
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
          <>
            <Button onClick={() => setImporting(true)}>Import pictures…</Button>
            <Button busy={busy} onClick={freeze}>
              Freeze what is labelled
            </Button>
          </>
        )
      }
    >
      {error && <ErrorNote what="Nothing was frozen." error={error} />}
      {named.problem && (
        <ErrorNote what="The version that the address names was not read." error={named.problem} />
      )}
      {datasets?.length === 0 && (
        <Empty title="No dataset version yet.">
          <p>
            A version is what is labelled at one moment, and never changes: what a model was trained
            and tested on can always be said.
          </p>
        </Empty>
      )}
      <ul class="datasets">
        {shown?.map((dataset) => (
          <DatasetRow
            key={dataset.number}
            dataset={dataset}
            classes={view.classes}
            onTrain={() => onTrain(dataset)}
          />
        ))}
      </ul>
      {importing && <ImportDialog task={task} onClose={() => setImporting(false)} />}
      <ShowMore
        {...frozen}
        label="Show older datasets"
        command={`edgeloop datasets list ${task} --limit all`}
      />
    </Section>
  );
}

/**
 * The version that the address names, as a model's lineage does, where it is older than those that
 * were read.
 */
function useNamed(task: string, datasets: readonly DatasetView[] | undefined) {
  const [query] = useSearchParams();
  const number = Number(query.get('dataset'));
  const isMissing = datasets && !datasets.some((dataset) => dataset.number === number);
  return useResource<DatasetView>(
    isMissing && Number.isInteger(number) && number > 0
      ? path`/api/tasks/${task}/datasets/${number}`
      : null,
  );
}
