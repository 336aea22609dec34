import { Field, Select } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { Draft } from './draft.ts';
import type { PartProps } from './part-props.ts';

const STARTS = [
  { value: 'now', label: 'Now' },
  { value: 'at', label: 'At a time' },
  { value: 'by hand', label: 'By hand' },
] as const;

const OFFLINE: Readonly<Record<Draft['offline'], string>> = {
  wait: 'is told all the same',
  skip: 'is left out until it is back',
  fail: 'counts as failed',
};

/** When it begins, and what of devices that are not there. */
export function WhenFields({ draft, change, shown }: PartProps) {
  const text = (name: 'startAt' | 'windowFrom' | 'windowTo' | 'timezone' | 'atOnce') => ({
    value: draft[name],
    error: shown(name),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      change({ [name]: currentTarget.value }),
  });
  return (
    <>
      <Segmented
        label="Start"
        value={draft.start}
        options={STARTS}
        onChange={(start) => change({ start })}
      />
      {draft.start === 'at' && (
        <div class="rollouts-fields">
          <Field label="Start at, by your clock" type="datetime-local" {...text('startAt')} />
        </div>
      )}
      <Check
        checked={draft.window}
        onChange={(window) => change({ window })}
        note="outside of it no device is begun"
      >
        Only at certain hours
      </Check>
      {draft.window && (
        <div class="rollouts-fields">
          <Field label="From" type="time" {...text('windowFrom')} />
          <Field label="To" type="time" {...text('windowTo')} />
          <Field
            label="Time zone"
            hint="Such as Europe/Berlin"
            spellcheck={false}
            {...text('timezone')}
          />
        </div>
      )}
      <div class="rollouts-fields">
        <Select
          label="A device that is offline"
          hint={draft.offline === 'wait' ? 'It is late after its deadline' : undefined}
          value={draft.offline}
          onChange={({ currentTarget: { value } }) =>
            change({ offline: value as Draft['offline'] })
          }
        >
          {Object.entries(OFFLINE).map(([policy, words]) => (
            <option key={policy} value={policy}>
              {words}
            </option>
          ))}
        </Select>
        <Field
          label="At most at once"
          hint="Empty: the whole wave"
          inputMode="numeric"
          {...text('atOnce')}
        />
      </div>
    </>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly note?: string;
  readonly children: string;
}

export function Check({ checked, onChange, note, children }: CheckProps) {
  return (
    <label class="rollouts-check">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{children}</span>
      {note && <span class="caption">{note}</span>}
    </label>
  );
}
