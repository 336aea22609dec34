import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import type { DatasetView } from '../../../../src/resources/dataset.ts';
import type { JobSummary, JobView, NewJob } from '../../../../src/resources/job.ts';
import type { LabelProgressView } from '../../../../src/resources/label-progress.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { Ago } from '../../ui/ago.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { beginOptions } from './begin-options.ts';
import './train.css';
import { TrainersNote } from './trainers-note.tsx';
import { picturesNow } from './training-estimate.ts';
import { WhatItTakes } from './what-it-takes.tsx';

interface TrainDialogProps {
  readonly task: string;
  /** That is chosen first; null: what is labelled now. */
  readonly dataset: DatasetView | null;
  /** Those that were read, newest first. */
  readonly newest: readonly DatasetView[];
  readonly jobs: readonly JobSummary[];
  readonly onClose: () => void;
}

const NOW = 'now';
const SIZES = [64, 96, 128, 160, 192, 224];
/** What a trainer takes where nobody says. */
const DEFAULT = { size: 224, epochs: 20 };

/** Starts a training: on which pictures, how, and what it will take. */
export function TrainDialog({ task, dataset, newest, jobs, onClose }: TrainDialogProps) {
  const settings = useResource<TrainingSettings>(path`/api/tasks/${task}/training`);
  const recipe = settings.value?.recipe;
  const [, navigate] = useLocation();
  const [chosen, setChosen] = useState(dataset === null ? NOW : String(dataset.number));
  const [size, setSize] = useState<string | null>(null);
  const [epochs, setEpochs] = useState<string | null>(null);
  const [begin, setBegin] = useState('settings');
  const begins = beginOptions(settings.value);
  const beginning = begins.find(({ value }) => value === begin) ?? begins[0];
  const shownSize = size ?? String(recipe?.size ?? DEFAULT.size);
  const shownEpochs = epochs ?? String(recipe?.epochs ?? DEFAULT.epochs);
  // An older one, as an address names it, is not among those that were read.
  const isRead = newest.some(({ number }) => number === dataset?.number);
  const datasets = dataset && !isRead ? [...newest, dataset] : newest;
  const version = datasets.find((each) => `${each.number}` === chosen);
  const labelled = useResource<LabelProgressView>(
    chosen === NOW ? path`/api/tasks/${task}/progress` : null,
  ).value?.classes.reduce((sum, { labels }) => sum + labels, 0);
  const pictures =
    labelled === undefined ? version?.counts.train : picturesNow(labelled, newest[0]?.counts);
  const start = async () => {
    const frozen =
      chosen === NOW
        ? await api.post<DatasetView>(path`/api/tasks/${task}/datasets`)
        : { number: Number(chosen) };
    const asked = {
      task,
      datasetVersion: frozen.number,
      recipe: {
        ...(size !== null && { size: Number(size) }),
        ...(epochs !== null && { epochs: Number(epochs) }),
      },
      ...(beginning?.init && { init: beginning.init }),
    };
    const { job } = await api.post<JobView>('/api/jobs', asked as NewJob);
    navigate(path`/models/jobs/${job}`);
  };
  return (
    <Confirm
      title={`Train ${task}`}
      verb="Start the training"
      danger={false}
      onConfirm={start}
      onClose={onClose}
    >
      <Select
        label="Pictures"
        value={chosen}
        hint={
          chosen === NOW
            ? 'What is labelled is frozen as a new version first; the newest serves where nothing is new.'
            : version && (
                <>
                  {plural(version.counts.train, 'picture')} to train,{' '}
                  {plural(version.counts.test, 'picture')} to test, frozen{' '}
                  <Ago at={version.createdAt} />
                </>
              )
        }
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value={NOW}>What is labelled now</option>
        {datasets.map(({ number }) => (
          <option key={number} value={number}>
            Dataset version {number}
          </option>
        ))}
      </Select>
      <Select
        label="Begin from"
        value={beginning?.value}
        hint={beginning?.hint}
        onChange={(event) => setBegin(event.currentTarget.value)}
      >
        {begins.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <div class="train-recipe">
        <Select
          label="Size"
          hint="Pixels a side that the model sees"
          value={shownSize}
          onChange={(event) => setSize(event.currentTarget.value)}
        >
          {[...new Set([...SIZES, Number(shownSize)])]
            .sort((a, b) => a - b)
            .map((pixels) => (
              <option key={pixels} value={pixels}>
                {pixels}
              </option>
            ))}
        </Select>
        <Field
          label="Epochs"
          hint="Times through the pictures"
          type="number"
          min={1}
          max={10000}
          required
          value={shownEpochs}
          onInput={(event) => setEpochs(event.currentTarget.value)}
        />
      </div>
      {pictures !== undefined && (
        <WhatItTakes
          recipe={{ size: Number(shownSize), epochs: Number(shownEpochs) }}
          pictures={pictures}
          datasets={datasets}
          jobs={jobs}
        />
      )}
      <TrainersNote requires={settings.value?.requires} />
    </Confirm>
  );
}
