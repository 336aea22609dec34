import type { JobView } from '../../../../src/resources/job.ts';
import { Chart } from '../../ui/chart.tsx';
import { number, percent, plural } from '../../ui/format.ts';
import './training-curves.css';

/** Loss and accuracy, epoch by epoch, on what it learns from and on what is kept aside. */
export function TrainingCurves({ epochs }: Pick<JobView, 'epochs'>) {
  const last = epochs.at(-1);
  if (!last) return <p class="caption">The first epoch has not ended yet.</p>;
  const times = epochs.map(({ epoch }) => epoch);
  const of = (key: Exclude<keyof typeof last, 'epoch'>) => epochs.map((epoch) => epoch[key]);
  return (
    <div class="training-curves">
      <figure>
        <figcaption class="caption">Loss by epoch</figcaption>
        <Chart
          label={`Loss over ${plural(times.length, 'epoch')}: ${number(last.loss, 3)} on the train side, ${number(last.validationLoss, 3)} on the validation side at the end`}
          time={false}
          along="epoch"
          times={times}
          min={0}
          format={(value) => number(value, 2)}
          series={[
            { label: 'train', colour: '--class-0', values: of('loss') },
            { label: 'validation', colour: '--class-5', values: of('validationLoss') },
          ]}
        />
      </figure>
      <figure>
        <figcaption class="caption">Accuracy by epoch</figcaption>
        <Chart
          label={`Accuracy over ${plural(times.length, 'epoch')}: ${percent(last.accuracy)} on the train side, ${percent(last.validationAccuracy)} on the validation side at the end`}
          time={false}
          along="epoch"
          times={times}
          max={1}
          format={(value) => percent(value, 0)}
          series={[
            { label: 'train', colour: '--class-0', values: of('accuracy') },
            { label: 'validation', colour: '--class-5', values: of('validationAccuracy') },
          ]}
        />
      </figure>
    </div>
  );
}
