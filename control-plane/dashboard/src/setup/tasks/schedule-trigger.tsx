import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { Field } from '../../ui/field.tsx';
import { Trigger } from './trigger.tsx';

type Value = TrainingSettings['triggers']['schedule'];

interface ScheduleTriggerProps {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** Sunday, half past two. */
const proposed = () => ({
  cron: '30 2 * * SUN',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
});

export function ScheduleTrigger({ value, onChange }: ScheduleTriggerProps) {
  return (
    <Trigger
      label="At set times"
      on={value !== null}
      onSwitch={(on) => onChange(on ? proposed() : null)}
    >
      <Field
        label="When"
        hint="cron: 30 2 * * SUN is Sunday, 2:30. Nothing new: nothing starts"
        required
        value={value?.cron}
        onInput={({ currentTarget }) => value && onChange({ ...value, cron: currentTarget.value })}
      />
      <Field
        label="Time zone"
        hint="Europe/Berlin, UTC"
        required
        value={value?.timezone}
        onInput={({ currentTarget }) =>
          value && onChange({ ...value, timezone: currentTarget.value })
        }
      />
    </Trigger>
  );
}
