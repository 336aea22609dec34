import { Select } from '../ui/field.tsx';

const WHAT = {
  viewer: 'sees',
  labeller: 'sees, labels',
  operator: 'sees, labels, runs the fleet',
  admin: 'everything, gives access, too',
  trainer: 'a trainer: takes jobs',
} as const;

export type RoleName = keyof typeof WHAT;

interface RoleSelectProps<Role extends RoleName> {
  readonly value: Role;
  readonly choices: readonly Role[];
  readonly onChange: (role: Role) => void;
}

/** A role with what it may do. */
export function RoleSelect<Role extends RoleName>({
  value,
  choices,
  onChange,
}: RoleSelectProps<Role>) {
  return (
    <Select
      label="Role"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value as Role)}
    >
      {choices.map((role) => (
        <option key={role} value={role}>
          {`${role}: ${WHAT[role]}`}
        </option>
      ))}
    </Select>
  );
}
