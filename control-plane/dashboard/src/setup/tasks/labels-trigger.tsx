import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { Field } from '../../ui/field.tsx';
import { Trigger } from './trigger.tsx';

type Value = TrainingSettings['triggers']['labels'];

interface LabelsTriggerProps {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

export function LabelsTrigger({ value, onChange }: LabelsTriggerProps) {
  return (
    <Trigger
      label="After new labels"
      on={value !== null}
      onSwitch={(on) => onChange(on ? { count: 100 } : null)}
    >
      <Field
        label="So many"
        hint="Since the last dataset version"
        type="number"
        min={1}
        required
        value={value?.count}
        onInput={({ currentTarget }) => onChange({ count: currentTarget.valueAsNumber || 1 })}
      />
    </Trigger>
  );
}
