import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { Field } from '../../ui/field.tsx';
import { Trigger } from './trigger.tsx';

type Value = TrainingSettings['triggers']['drift'];

interface DriftTriggerProps {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

export function DriftTrigger({ value, onChange }: DriftTriggerProps) {
  return (
    <Trigger
      label="When scores drift"
      on={value !== null}
      onSwitch={(on) => onChange(on ? { psi: 0.25, train: false } : null)}
    >
      <Field
        label="Stability index above"
        hint="Of a day against the first days: 0.25 is a lot"
        type="number"
        min={0.01}
        step={0.01}
        required
        value={value?.psi}
        onInput={({ currentTarget }) =>
          value && onChange({ ...value, psi: currentTarget.valueAsNumber || 0.25 })
        }
      />
      <label class="setup-check">
        <input
          type="checkbox"
          checked={value?.train ?? false}
          onChange={({ currentTarget }) =>
            value && onChange({ ...value, train: currentTarget.checked })
          }
        />
        Start a training, too; it is told in any case
      </label>
    </Trigger>
  );
}
