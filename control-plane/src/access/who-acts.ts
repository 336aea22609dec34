import { cappedRole, type PersonRole, type Principal, type Role } from './roles.ts';

interface ActingToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

interface ActingPerson {
  readonly name: string;
  readonly role: PersonRole;
}

/**
 * Who acts, by what a session or a token was made out to: a person, a token for them, or a
 * program's token.
 */
export function whoActs(token: ActingToken | null, person: ActingPerson | null): Principal | null {
  if (!person) return token && { kind: 'token', ...token };
  return {
    kind: 'person',
    name: person.name,
    role: token ? cappedRole(token.role, person.role) : person.role,
    via: token && { id: token.id, name: token.name },
  };
}
