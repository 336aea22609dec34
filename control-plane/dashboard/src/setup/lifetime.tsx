import { Select } from '../ui/field.tsx';

const DAY = 86_400_000;

interface LifetimeProps {
  readonly label: string;
  /** Days; 0: without end. */
  readonly days: number;
  readonly choices: readonly number[];
  readonly onChange: (days: number) => void;
}

/** How long something counts. */
export function Lifetime({ label, days, choices, onChange }: LifetimeProps) {
  return (
    <Select
      label={label}
      value={String(days)}
      onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
    >
      {choices.map((choice) => (
        <option key={choice} value={String(choice)}>
          {WORDS[choice] ?? `in ${choice} days`}
        </option>
      ))}
    </Select>
  );
}

const WORDS: Readonly<Record<number, string>> = {
  0: 'never',
  1: 'tomorrow',
  7: 'in a week',
  365: 'in a year',
};

/** For the API; undefined: without end. */
export const expiry = (days: number, now: number): string | undefined =>
  days === 0 ? undefined : new Date(now + days * DAY).toISOString();
