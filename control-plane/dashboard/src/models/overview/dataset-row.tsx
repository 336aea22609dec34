import { useEffect, useRef } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';
import type { DatasetView } from '../../../../src/resources/dataset.ts';
import { path } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { ClassMark, classColour } from '../../ui/class-mark.tsx';
import { count, plural } from '../../ui/format.ts';
import { Note } from '../../ui/note.tsx';
import { WideTable } from '../figures/wide-table.tsx';

interface DatasetRowProps {
  readonly dataset: DatasetView;
  /** Of the task. */
  readonly classes: readonly string[];
  readonly onTrain: () => void;
}

/**
 * How many of each class, and on which side. The address may name one, to which the page scrolls.
 */
export function DatasetRow({ dataset, classes, onTrain }: DatasetRowProps) {
  const { task, number, counts, createdAt, createdBy, removed, untrainable } = dataset;
  const [query] = useSearchParams();
  const named = query.get('dataset') === String(number);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (named) row.current?.scrollIntoView({ block: 'center' });
  }, [named]);
  const all = counts.train + counts.validation + counts.test;
  const zip = (format: string) =>
    `${path`/api/tasks/${task}/datasets/${number}/export`}?format=${format}`;
  return (
    <li ref={row} class={`dataset ${named ? 'dataset-named' : ''}`}>
      <div class="dataset-words">
        <h3>Version {number}</h3>
        <span class="caption">
          frozen <Ago at={createdAt} /> by {createdBy}
        </span>
      </div>
      <div class="dataset-counts">
        <p>
          <span class="strong">{plural(all, 'sample')}</span>{' '}
          <span class="caption">
            {count(counts.train)} to train, {count(counts.validation)} to validate,{' '}
            {count(counts.test)} to test, {count(counts.unbiased)} of them drawn at random
            {removed > 0 && `; ${plural(removed, 'was', 'were')} removed with their device`}
          </span>
        </p>
        {untrainable !== null && (
          <Note kind="warn">No model can be trained on it. {untrainable}</Note>
        )}
        <Classes dataset={dataset} classes={classes} all={all} />
        <Sides dataset={dataset} />
      </div>
      <div class="dataset-actions">
        <span class="caption">Export:</span>
        <a href={zip('imagefolder')} download aria-label={`Version ${number} as ImageFolder`}>
          ImageFolder
        </a>
        <a href={zip('label-studio')} download aria-label={`Version ${number} for Label Studio`}>
          Label Studio
        </a>
        {may('operator') && untrainable === null && <Button onClick={onTrain}>Train…</Button>}
      </div>
    </li>
  );
}

function Classes({
  dataset: { counts },
  classes,
  all,
}: Pick<DatasetRowProps, 'dataset' | 'classes'> & { all: number }) {
  const entries = Object.entries(counts.byClass).map(([name, sides]) => ({
    name,
    index: classes.indexOf(name),
    samples: sides.train + sides.validation + sides.test,
  }));
  return (
    <>
      <div class="models-sides" aria-hidden="true">
        {entries.map(({ name, index, samples }) => (
          <span
            key={name}
            style={{ width: `${(100 * samples) / (all || 1)}%`, background: classColour(index) }}
          />
        ))}
      </div>
      <ul class="dataset-classes">
        {entries.map(({ name, index, samples }) => (
          <li key={name}>
            <ClassMark name={name} index={index} /> <span class="caption">{count(samples)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How many of each class lie on which side. */
function Sides({ dataset: { counts } }: Pick<DatasetRowProps, 'dataset'>) {
  return (
    <details>
      <summary class="caption">By side</summary>
      <WideTable label="Samples by class and side">
        <table class="table dataset-sides">
          <thead>
            <tr>
              <th scope="col">Class</th>
              {['Train', 'Validation', 'Test'].map((side) => (
                <th key={side} scope="col" class="table-number">
                  {side}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(counts.byClass).map(([name, { train, validation, test }]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="table-number">{count(train)}</td>
                <td class="table-number">{count(validation)}</td>
                <td class="table-number">{count(test)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </details>
  );
}
