import type { ComponentProps } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Field } from './field.tsx';
import { followed, type Meant, mistakeIn, type NumberRule, typed, written } from './number-text.ts';

interface NumberFieldProps
  extends Omit<ComponentProps<typeof Field>, 'value' | 'type' | 'error' | 'onInput' | 'inputRef'> {
  readonly rule: NumberRule;
  readonly value: Meant;
  /** At each key: what is written means this. */
  readonly onNumber: (value: Meant) => void;
}

/**
 * A number, which stands as one types it. While it can't be meant it says why, and its form is not
 * sent.
 */
export function NumberField({ rule, value, onNumber, ...rest }: NumberFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [kept, setKept] = useState(() => written(value));
  const shown = followed(kept, value);
  const mistake = mistakeIn(shown.text, rule);
  useLayoutEffect(() => input.current?.setCustomValidity(mistake ?? ''), [mistake]);
  return (
    <Field
      {...rest}
      inputRef={input}
      inputMode={rule.whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={shown.text}
      error={mistake}
      onInput={({ currentTarget }) => {
        const next = typed(currentTarget.value, rule);
        setKept(next);
        onNumber(next.meant);
      }}
    />
  );
}
