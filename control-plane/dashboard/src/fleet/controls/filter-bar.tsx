import { useRef, useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { count } from '../../ui/format.ts';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { type FleetFilter, isEmpty, NO_FILTER } from '../rows/fleet-filter.ts';
import { NEEDS } from '../rows/needs.ts';
import type { Choice, Choices } from './choices.ts';
import './filter-bar.css';

interface FilterBarProps {
  readonly filter: FleetFilter;
  readonly choices: Choices;
  /** @param typed a letter more: going back undoes the whole word */
  readonly onChange: (filter: FleetFilter, typed?: boolean) => void;
}

const SELECTS = [
  ['site', 'Site', 'Every site'],
  ['tag', 'Tag', 'Every tag'],
  ['model', 'Model', 'Every model'],
  ['connectivity', 'State', 'Every state'],
  ['label', 'Sees', 'Whatever it sees'],
] as const;

/** Search, and what is looked for. */
export function FilterBar({ filter, choices, onChange }: FilterBarProps) {
  const bar = useRef<HTMLElement>(null);
  const [open, setOpen] = useState(false);
  useShortcuts([
    {
      key: '/',
      does: 'Search devices',
      run: () => bar.current?.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
    },
  ]);
  const chosen = SELECTS.filter(([name]) => filter[name] !== '').length + filter.needs.length;
  return (
    <search ref={bar} class="fleet-filter" aria-label="Devices">
      <Field
        label="Search devices"
        hideLabel
        type="search"
        placeholder="Search  /"
        value={filter.text}
        onInput={({ currentTarget: { value: text } }) => onChange({ ...filter, text }, true)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <button
        type="button"
        class="button fleet-filter-more"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {chosen > 0 ? `Filters (${chosen})` : 'Filters'}
      </button>
      <div class="fleet-filter-selects" data-open={open}>
        {SELECTS.map(([name, label, every]) => (
          <ChoiceSelect
            key={name}
            {...{ label, every, choices: choices[name], value: filter[name] }}
            onChange={(value) => onChange({ ...filter, [name]: value })}
          />
        ))}
      </div>
      {filter.needs.map((need) => (
        <Button
          key={need}
          class="fleet-filter-need"
          aria-label={`No longer only: ${NEEDS[need].name}`}
          onClick={() => onChange({ ...filter, needs: filter.needs.filter((o) => o !== need) })}
        >
          {NEEDS[need].name} <span aria-hidden="true">×</span>
        </Button>
      ))}
      {!isEmpty(filter) && (
        <Button kind="quiet" onClick={() => onChange(NO_FILTER)}>
          Clear
        </Button>
      )}
    </search>
  );
}

interface ChoiceSelectProps {
  readonly label: string;
  readonly every: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Not shown where there is nothing to choose. */
function ChoiceSelect({ label, every, choices, value, onChange }: ChoiceSelectProps) {
  const known = choices.some((choice) => choice.value === value);
  if (choices.length < 2 && value === '') return null;
  return (
    <Select
      {...{ label, value, hideLabel: true }}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{every}</option>
      {value !== '' && !known && <option value={value}>{value} (0)</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {`${choice.name} (${count(choice.devices)})`}
        </option>
      ))}
    </Select>
  );
}
