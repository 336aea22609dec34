/** What people and tokens may do. Each of the ladder may do all that those before it may. */
const LADDER = ['viewer', 'labeller', 'operator', 'admin'] as const;

/** The role of a person. */
export type PersonRole = (typeof LADDER)[number];

/**
 * Of a token: a trainer is outside the ladder: it sees what it needs, takes jobs, and changes
 * nothing else.
 */
export type Role = PersonRole | 'trainer';

/**
 * Who must ask for a route; `device`: one device about itself; `known`: anybody who proves who they
 * are.
 */
export type RouteRole = Role | 'device' | 'known' | 'anyone';

/** Who asks. */
export type Principal =
  | {
      readonly kind: 'person';
      readonly name: string;
      readonly role: Role;
      /** The token that acts for the person; null: the person themselves, in a browser. */
      readonly via: { readonly id: string; readonly name: string } | null;
    }
  | { readonly kind: 'token'; readonly id: string; readonly name: string; readonly role: Role }
  | { readonly kind: 'device'; readonly device: string; readonly site: string }
  | { readonly kind: 'nobody' };

/** Of a person or a token; null: it has none. */
export function roleOf(principal: Principal): Role | null {
  return principal.kind === 'person' || principal.kind === 'token' ? principal.role : null;
}

export function mayUse(principal: Principal, needed: RouteRole): boolean {
  if (needed === 'anyone') return true;
  if (needed === 'known') return principal.kind !== 'nobody';
  const role = roleOf(principal);
  if (role === null) return principal.kind === needed;
  if (needed === 'device') return false;
  return includes(role, needed);
}

/** Whether who has a role may do all that another may. */
export function includes(role: Role, other: Role): boolean {
  if (other === 'trainer') return role === 'trainer' || reaches(role, 'operator');
  return role === 'trainer' ? other === 'viewer' : reaches(role, other);
}

/** What a token may that acts for a person: no more than the person may now. */
export function cappedRole(token: Role, person: PersonRole): Role {
  if (includes(person, token)) return token;
  return token === 'trainer' ? 'viewer' : person;
}

const reaches = (role: PersonRole, needed: PersonRole) =>
  LADDER.indexOf(role) >= LADDER.indexOf(needed);

/**
 * As it stands in the audit log, and beside what they made. A token that acts for a person bears
 * the person's name.
 */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'person':
    case 'token':
      return `${principal.kind}:${principal.name}`;
    case 'device':
      return `device:${principal.device}`;
    case 'nobody':
      return 'nobody';
  }
}
