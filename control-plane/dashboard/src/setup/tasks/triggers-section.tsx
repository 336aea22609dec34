import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { Loaded } from '../loaded.tsx';
import { EachTask } from './each-task.tsx';
import { LastTry } from './last-try.tsx';
import { TriggersForm } from './triggers-form.tsx';

export function TriggersSection() {
  return (
    <>
      <p class="setup-lead">
        What starts a training by itself. It freezes a dataset version of what is labelled by then;
        whether its model becomes a candidate, the gate decides. By hand one is started under
        Models.
      </p>
      <EachTask>{(task) => <Triggers task={task} />}</EachTask>
    </>
  );
}

function Triggers({ task }: { task: string }) {
  const read = useResource<TrainingSettings>(path`/api/tasks/${task}/training`);
  return (
    <Loaded what="The training settings" from={read}>
      {(settings) => (
        <>
          <TriggersForm
            key={JSON.stringify(settings)}
            task={task}
            settings={settings}
            etag={read.etag}
            onChanged={read.reload}
          />
          {startsAny(settings) && <LastTry task={task} />}
        </>
      )}
    </Loaded>
  );
}

const startsAny = ({ triggers: { labels, schedule, drift } }: TrainingSettings): boolean =>
  labels !== null || schedule !== null || drift?.train === true;
