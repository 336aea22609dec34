import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { Trigger } from './trigger.tsx';

type Value = TrainingSettings['triggers']['labels'];

interface LabelsTriggerProps {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

const COUNT = { min: 1, whole: true };

export function LabelsTrigger({ value, onChange }: LabelsTriggerProps) {
  return (
    <Trigger
      label="After new labels"
      on={value !== null}
      onSwitch={(on) => onChange(on ? { count: 100 } : null)}
    >
      <NumberField
        label="So many"
        hint="Since the last dataset version"
        rule={COUNT}
        value={value?.count ?? null}
        onNumber={(count) => onChange({ count: count ?? Number.NaN })}
      />
    </Trigger>
  );
}
