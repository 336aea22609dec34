import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { ModelSummary } from '../../../../src/resources/model.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { DetectionFilter, DetectionScope, Last } from './detection-filter.ts';
import { NO_FILTER, writeFilter } from './detection-filter.ts';
import { DraftField } from './draft-field.tsx';
import './filter-bar.css';
import { percentOf, shareOf } from './score-percent.ts';

export interface Suggestions {
  readonly sites: readonly string[];
  readonly devices: readonly string[];
  readonly labels: readonly string[];
  readonly models: readonly Pick<ModelSummary, 'digest' | 'name' | 'task'>[];
}

interface FilterBarProps {
  readonly filter: DetectionFilter;
  readonly suggestions: Suggestions;
  readonly onChange: (filter: DetectionFilter) => void;
}

const TIMES: readonly { value: Last | 'between'; label: string }[] = [
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
  { value: 'between', label: 'between' },
];

/** What is looked for; all of it stands in the address. */
export function FilterBar({ filter, suggestions, onChange }: FilterBarProps) {
  const [open, setOpen] = useState(false);
  const set = (change: Partial<DetectionFilter>) => onChange({ ...filter, ...change });
  const between = filter.from !== '' || filter.to !== '';
  const chosen = [...writeFilter(filter).keys()].filter((name) => name !== 'last').length;
  return (
    <search class="detections-filter" aria-label="Detections">
      <div class="detections-filter-row">
        <Segmented
          label="When"
          value={between ? 'between' : filter.last}
          options={TIMES}
          onChange={(value) => set(timeChosen(value, Date.now()))}
        />
        <button
          type="button"
          class="button detections-filter-more"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {chosen > 0 ? `Filters (${chosen})` : 'Filters'}
        </button>
        {chosen > 0 && (
          <Button kind="quiet" onClick={() => onChange({ ...NO_FILTER, last: filter.last })}>
            Clear
          </Button>
        )}
      </div>
      {between && (
        <div class="detections-filter-row">
          <Instant label="From" value={filter.from} onChange={(from) => set({ from })} />
          <Instant label="To" value={filter.to} onChange={(to) => set({ to })} />
        </div>
      )}
      <div class="detections-filter-fields" data-open={open}>
        <Text
          label="Site"
          value={filter.site}
          among={suggestions.sites}
          onChange={(site) => set({ site })}
        />
        <Text
          label="Device"
          value={filter.device}
          among={suggestions.devices}
          onChange={(device) => set({ device })}
        />
        <Text
          label="Camera"
          value={filter.camera}
          among={[]}
          onChange={(camera) => set({ camera })}
        />
        <Text
          label="Class"
          value={filter.label}
          among={suggestions.labels}
          onChange={(label) => set({ label })}
        />
        <Select
          label="Model"
          value={filter.model}
          onChange={({ currentTarget: { value: model } }) => set({ model })}
        >
          <Models chosen={filter.model} models={suggestions.models} />
        </Select>
        <DraftField
          label="Score at least, %"
          type="number"
          min="0"
          max="100"
          step="5"
          placeholder="any"
          value={percentOf(filter.minScore)}
          onCommit={(percent) => set({ minScore: shareOf(percent) })}
        />
        <Select
          label="Show"
          value={filter.show}
          onChange={({ currentTarget: { value: show } }) => set({ show: show as DetectionScope })}
        >
          <option value="occurrence">each occurrence</option>
          <option value="end">what has ended</option>
          <option value="all">every message</option>
        </Select>
      </div>
    </search>
  );
}

/** From the last hours to these hours, with an end; and back. */
function timeChosen(value: Last | 'between', now: number): Partial<DetectionFilter> {
  if (value !== 'between') return { last: value, from: '', to: '' };
  return { from: new Date(now - 3_600_000).toISOString(), to: new Date(now).toISOString() };
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  /** Suggested while one types. */
  readonly among: readonly string[];
  readonly onChange: (value: string) => void;
}

function Text({ label, value, among, onChange }: TextProps) {
  const list = useId();
  return (
    <>
      <DraftField
        label={label}
        value={value}
        list={list}
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        placeholder="any"
        onCommit={onChange}
      />
      <datalist id={list}>
        {among.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

function Models({
  chosen,
  models,
}: {
  chosen: string;
  models: Suggestions['models'];
}): ComponentChildren {
  const known = models.some(({ digest }) => digest === chosen);
  return (
    <>
      <option value="">any</option>
      {chosen !== '' && !known && <option value={chosen}>{chosen.slice(0, 12)}</option>}
      {models.map(({ digest, name }) => (
        <option key={digest} value={digest}>
          {name} {digest.slice(0, 8)}
        </option>
      ))}
    </>
  );
}

/** A time in the reader's zone. */
function Instant({ label, value, onChange }: Omit<TextProps, 'among'>) {
  return (
    <DraftField
      label={label}
      type="datetime-local"
      value={value === '' ? '' : localTime(value)}
      onCommit={(text) => onChange(text === '' ? '' : new Date(text).toISOString())}
    />
  );
}

function localTime(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
