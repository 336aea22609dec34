import { MAX_TIMES, type ScheduleTime } from '@edgeloop/protocol/schedule-rules';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { DayToggles } from './day-toggles.tsx';
import {
  PROPOSED_TIME,
  type ScheduleDraft,
  scheduleMistakes,
  type TimeMistakes,
  withDay,
} from './schedule-draft.ts';

interface ScheduleFieldsProps {
  readonly value: ScheduleDraft;
  readonly onChange: (value: ScheduleDraft) => void;
}

/** When a camera is on. */
export function ScheduleFields({ value, onChange }: ScheduleFieldsProps) {
  const { on, timeZone, times } = value;
  const mistakes = scheduleMistakes(value);
  const set = (at: number, time: ScheduleTime) =>
    onChange({ ...value, times: times.map((each, i) => (i === at ? time : each)) });
  return (
    <div class="look-when-part">
      <label class="look-gate">
        <input
          type="checkbox"
          checked={on}
          onChange={({ currentTarget }) => onChange({ ...value, on: currentTarget.checked })}
        />
        <span>
          Be on at certain times only
          <span class="caption">At others its program ends, and it sees nothing.</span>
        </span>
      </label>
      {on && (
        <>
          {times.map((time, i) => (
            <Time
              key={i}
              number={i + 1}
              time={time}
              mistakes={mistakes.times[i] as TimeMistakes}
              onChange={(next) => set(i, next)}
              {...(times.length > 1 && {
                onRemove: () => onChange({ ...value, times: times.filter((_, at) => at !== i) }),
              })}
            />
          ))}
          <Button
            disabled={times.length >= MAX_TIMES}
            onClick={() => onChange({ ...value, times: [...times, PROPOSED_TIME] })}
          >
            Add a time
          </Button>
          <Field
            label="Time zone"
            hint="Such as Europe/Vienna; empty: where the device stands"
            error={mistakes.timeZone}
            autoComplete="off"
            spellcheck={false}
            value={timeZone}
            onInput={({ currentTarget }) => onChange({ ...value, timeZone: currentTarget.value })}
          />
        </>
      )}
    </div>
  );
}

interface TimeProps {
  /** From 1. */
  readonly number: number;
  readonly time: ScheduleTime;
  readonly mistakes: TimeMistakes;
  readonly onChange: (time: ScheduleTime) => void;
  /** Absent: the only one stays. */
  readonly onRemove?: () => void;
}

function Time({ number, time, mistakes, onChange, onRemove }: TimeProps) {
  const clock = (key: 'from' | 'to', label: string) => (
    <Field
      label={label}
      error={mistakes[key]}
      autoComplete="off"
      spellcheck={false}
      value={time[key]}
      onInput={({ currentTarget }) => onChange({ ...time, [key]: currentTarget.value.trim() })}
    />
  );
  return (
    <fieldset class="look-time">
      <legend class="visually-hidden">Time {number}</legend>
      <DayToggles days={time.days} onDay={(day, on) => onChange(withDay(time, day, on))} />
      {mistakes.days && <p class="field-error">{mistakes.days}</p>}
      <div class="look-clocks">
        {clock('from', 'From')}
        {clock('to', 'To')}
        {onRemove && (
          <Button kind="quiet" aria-label={`Remove time ${number}`} onClick={onRemove}>
            Remove
          </Button>
        )}
      </div>
    </fieldset>
  );
}
