import { Field } from '../ui/field.tsx';

export interface TypedTwice {
  readonly password: string;
  readonly again: string;
}

interface NewPasswordFieldsProps {
  readonly typed: TypedTwice;
  readonly onChange: (typed: TypedTwice) => void;
}

/** A new password, typed twice: nobody sees what they type. */
export function NewPasswordFields({ typed, onChange }: NewPasswordFieldsProps) {
  const differs = typed.again !== '' && !typed.password.startsWith(typed.again);
  return (
    <>
      <Field
        label="New password"
        hint="At least 10 characters. Three or four words that don't belong together are easy to keep in mind."
        type="password"
        autoComplete="new-password"
        minLength={10}
        required
        value={typed.password}
        onInput={({ currentTarget }) => onChange({ ...typed, password: currentTarget.value })}
      />
      <Field
        label="The same again"
        type="password"
        autoComplete="new-password"
        required
        error={differs ? 'It is not the same.' : null}
        value={typed.again}
        onInput={({ currentTarget }) => onChange({ ...typed, again: currentTarget.value })}
      />
    </>
  );
}
