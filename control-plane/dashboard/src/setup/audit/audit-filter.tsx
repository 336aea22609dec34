import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormEnd } from '../form-end.tsx';

interface AuditFilterProps {
  readonly action: string;
  readonly principal: string;
  readonly onFilter: (wanted: { action: string; principal: string }) => void;
}

export function AuditFilter({ onFilter, ...given }: AuditFilterProps) {
  const [wanted, setWanted] = useState(given);
  const filter = (event: Event) => {
    event.preventDefault();
    onFilter({ action: wanted.action.trim(), principal: wanted.principal.trim() });
  };
  return (
    <form class="setup-form" onSubmit={filter}>
      <Field
        label="Who"
        hint="person:anna, token:first, device:pi-1"
        value={wanted.principal}
        onInput={({ currentTarget }) => setWanted({ ...wanted, principal: currentTarget.value })}
      />
      <Field
        label="What"
        hint="As the API calls it: createToken"
        value={wanted.action}
        onInput={({ currentTarget }) => setWanted({ ...wanted, action: currentTarget.value })}
      />
      <FormEnd>
        <Button type="submit">Filter</Button>
        {(given.action || given.principal) && (
          <Button kind="quiet" onClick={() => onFilter({ action: '', principal: '' })}>
            Show all
          </Button>
        )}
      </FormEnd>
    </form>
  );
}
