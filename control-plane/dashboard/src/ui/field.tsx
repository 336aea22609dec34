import type { ComponentChildren, InputHTMLAttributes, Ref, SelectHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';
import './field.css';

interface Labelled {
  readonly label: string;
  /** What is expected, or what it does. */
  readonly hint?: ComponentChildren;
  /** Why what is there can't be taken. */
  readonly error?: string | null | undefined;
  /** For screen readers alone: where the place says it already. */
  readonly hideLabel?: boolean | undefined;
}

interface FieldProps extends Labelled, InputHTMLAttributes<HTMLInputElement> {
  /** The input itself. */
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** An input with its label, a hint, and what is wrong with it. */
export function Field({ label, hint, error, hideLabel, inputRef, ...rest }: FieldProps) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error, hideLabel }}>
      <input
        {...rest}
        id={id}
        {...aria(id, hint, error)}
        {...(inputRef && { ref: inputRef })}
        class={`field-input ${rest.class ?? ''}`}
      />
    </Around>
  );
}

/** One of several, given as `<option>`s. */
export function Select({
  label,
  hint,
  error,
  hideLabel,
  children,
  ...rest
}: Labelled & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error, hideLabel }}>
      <select
        {...rest}
        id={id}
        {...aria(id, hint, error)}
        class={`field-input ${rest.class ?? ''}`}
      >
        {children}
      </select>
    </Around>
  );
}

const aria = (id: string, hint: unknown, error: unknown) => ({
  'aria-invalid': error ? true : undefined,
  'aria-describedby': hint || error ? `${id}-note` : undefined,
});

function Around({
  id,
  label,
  hint,
  error,
  hideLabel,
  children,
}: Labelled & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      {children}
      {(error || hint) && (
        <p id={`${id}-note`} class={error ? 'field-error' : 'caption'}>
          {error || hint}
        </p>
      )}
    </div>
  );
}
