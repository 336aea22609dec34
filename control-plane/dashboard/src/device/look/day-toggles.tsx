import { DAYS, type Day } from '@edgeloop/protocol/schedule-rules';
import { DAY_WORDS } from './look-words.ts';

interface DayTogglesProps {
  readonly days: readonly Day[];
  readonly onDay: (day: Day, on: boolean) => void;
}

/** Days of a week, each on or off. */
export function DayToggles({ days, onDay }: DayTogglesProps) {
  return (
    <div class="segmented look-days">
      {DAYS.map((day) => (
        <label key={day} class="segmented-option">
          <input
            type="checkbox"
            class="visually-hidden"
            checked={days.includes(day)}
            onChange={({ currentTarget }) => onDay(day, currentTarget.checked)}
          />
          <span>{DAY_WORDS[day]}</span>
        </label>
      ))}
    </div>
  );
}
