import type { ComponentProps } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Field } from '../../ui/field.tsx';

interface DraftFieldProps
  extends Omit<ComponentProps<typeof Field>, 'value' | 'onChange' | 'onInput'> {
  readonly value: string;
  /** When one has typed: Enter, or on to the next. */
  readonly onCommit: (value: string) => void;
}

/**
 * What is typed stays as it is typed, whatever else the page shows meanwhile; it counts when one is
 * done.
 */
export function DraftField({ value, onCommit, ...rest }: DraftFieldProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <Field
      {...rest}
      value={draft}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      onChange={({ currentTarget }) => onCommit(currentTarget.value.trim())}
    />
  );
}
