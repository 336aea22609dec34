import { Link } from 'wouter-preact';
import type { JobSummary } from '../../../../src/resources/job.ts';
import type { TrainerList } from '../../../../src/resources/trainer.ts';
import { useResource } from '../../api/use-resource.ts';
import { Copy } from '../../ui/copy.tsx';
import { State } from '../../ui/state.tsx';
import { trainersInWords } from './trainers-in-words.ts';

/** Every so often: trainers come and go. */
const EVERY = 10_000;

/** Who would take the job; where nobody would, how to start a trainer. */
export function TrainersNote({ requires }: { requires: JobSummary['requires'] | undefined }) {
  const { value } = useResource<TrainerList>('/api/trainers', { every: EVERY });
  if (!value || !requires) return <p class="caption">…</p>;
  const { kind, text, start } = trainersInWords(value.trainers, requires);
  return (
    <div class="train-trainers">
      <State kind={kind}>Trainers</State>
      <p>{text}</p>
      {start && (
        <>
          <Copy
            label="Command"
            text={`edgeloop-trainer work --server ${location.origin} --token-file trainer.token`}
          />
          <p class="caption">
            The file trainer.token holds a token of the role trainer:{' '}
            <Link href="/setup/tokens">make one under Setup</Link>.
          </p>
        </>
      )}
    </div>
  );
}
