import { useState } from 'preact/hooks';
import type { FleetBudget } from '../../../../src/resources/sample.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FormEnd } from '../form-end.tsx';

interface BudgetFormProps {
  readonly task: string;
  /** Null: devices keep to their own configuration. */
  readonly budget: FleetBudget | null;
  readonly onChanged: () => void;
}

const MIB = 1024 ** 2;
const WHOLE = { min: 0, whole: true };
const PROPOSED: FleetBudget = { perHour: 60, perDay: 500, bytesPerDay: 200 * MIB };

export function BudgetForm({ task, budget, onChanged }: BudgetFormProps) {
  const [asked, setAsked] = useState<FleetBudget>(budget ?? PROPOSED);
  const [removing, setRemoving] = useState(false);
  const { busy, error, run } = useAction();
  const readOnly = !may('operator');
  const save = async (event: Event) => {
    event.preventDefault();
    if (!(await run(() => api.put(path`/api/tasks/${task}/budget`, asked)))) return;
    toast(`The budget of ${task} is saved.`);
    onChanged();
  };
  const whole = (label: string, hint: string, key: keyof FleetBudget, unit = 1) => (
    <NumberField
      label={label}
      hint={hint}
      rule={WHOLE}
      readOnly={readOnly}
      value={Math.round(asked[key] / unit)}
      onNumber={(value) => setAsked({ ...asked, [key]: (value ?? Number.NaN) * unit })}
    />
  );
  return (
    <form class="setup-form" onSubmit={save}>
      {budget === null && (
        <p class="setup-form-whole">
          None is set: each device keeps to its own configuration.
          {readOnly ? '' : ' This would be a beginning:'}
        </p>
      )}
      {(budget !== null || !readOnly) && (
        <>
          {whole('Pictures an hour', 'Of all devices together', 'perHour')}
          {whole('Pictures a day', 'Of all devices together', 'perDay')}
          {whole('MiB a day', 'Over the network and on the disk', 'bytesPerDay', MIB)}
        </>
      )}
      {readOnly ? (
        <p class="setup-form-whole caption">An operator changes it.</p>
      ) : (
        <FormEnd failed="The budget stays as it was." error={error}>
          <Button type="submit" kind={budget === null ? 'plain' : 'primary'} busy={busy}>
            {budget === null ? 'Set it' : 'Save'}
          </Button>
          {budget !== null && (
            <Button kind="danger" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          )}
        </FormEnd>
      )}
      {removing && (
        <Confirm
          title={`Remove the budget of ${task}?`}
          verb="Remove"
          onConfirm={async () => {
            await api.delete(path`/api/tasks/${task}/budget`);
            onChanged();
          }}
          onClose={() => setRemoving(false)}
        >
          <p>Each device keeps to its own configuration from then on, however many there are.</p>
        </Confirm>
      )}
    </form>
  );
}
