import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { Trigger } from './trigger.tsx';

type Value = TrainingSettings['triggers']['drift'];

interface DriftTriggerProps {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

const PSI = { min: 0.01 };

export function DriftTrigger({ value, onChange }: DriftTriggerProps) {
  return (
    <Trigger
      label="When scores drift"
      on={value !== null}
      onSwitch={(on) => onChange(on ? { psi: 0.25, train: false } : null)}
    >
      <NumberField
        label="Stability index above"
        hint="Of a day against the first days: 0.25 is a lot"
        rule={PSI}
        value={value?.psi ?? null}
        onNumber={(psi) => value && onChange({ ...value, psi: psi ?? Number.NaN })}
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
