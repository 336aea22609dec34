import { useState } from 'preact/hooks';
import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';
import { DriftTrigger } from './drift-trigger.tsx';
import { LabelsTrigger } from './labels-trigger.tsx';
import { ScheduleTrigger } from './schedule-trigger.tsx';
import './triggers-form.css';

interface TriggersFormProps {
  readonly task: string;
  readonly settings: TrainingSettings;
  readonly etag: string | null;
  readonly onChanged: () => void;
}

/** Of a task's training settings, what starts a training; the rest stays as it is. */
export function TriggersForm({ task, settings, etag, onChanged }: TriggersFormProps) {
  const [triggers, setTriggers] = useState(settings.triggers);
  const { busy, error, run } = useAction();
  const readOnly = !may('operator');
  const save = async (event: Event) => {
    event.preventDefault();
    const body = { ...settings, triggers };
    const put = () => api.put(path`/api/tasks/${task}/training`, body, { ifMatch: etag });
    if (!(await run(put))) return;
    toast(`What starts a training of ${task} is saved.`);
    onChanged();
  };
  const { labels, schedule, drift } = triggers;
  return (
    <form onSubmit={save}>
      <fieldset class="triggers-form" disabled={readOnly}>
        <legend class="visually-hidden">{`What starts a training of ${task}`}</legend>
        <LabelsTrigger
          value={labels}
          onChange={(value) => setTriggers({ ...triggers, labels: value })}
        />
        <ScheduleTrigger
          value={schedule}
          onChange={(value) => setTriggers({ ...triggers, schedule: value })}
        />
        <DriftTrigger
          value={drift}
          onChange={(value) => setTriggers({ ...triggers, drift: value })}
        />
        {readOnly ? (
          <p class="caption">An operator changes it.</p>
        ) : (
          <FormEnd failed="The triggers stay as they were." error={error} onShowNow={onChanged}>
            <Button type="submit" kind="primary" busy={busy}>
              Save
            </Button>
          </FormEnd>
        )}
      </fieldset>
    </form>
  );
}
