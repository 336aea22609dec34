/** What an API token may do. Each of the ladder may do all that those before it may. */
const LADDER = ['viewer', 'labeller', 'operator', 'admin'] as const;

/** A trainer is outside the ladder: it sees what it needs, takes jobs, and changes nothing else. */
export type Role = (typeof LADDER)[number] | 'trainer';

/** Who must ask for a route; `device`: one device about itself; `known`: any token or device. */
export type RouteRole = Role | 'device' | 'known' | 'anyone';

/** Who asks. */
export type Principal =
  | { readonly kind: 'token'; readonly id: string; readonly name: string; readonly role: Role }
  | { readonly kind: 'device'; readonly device: string; readonly site: string }
  | { readonly kind: 'nobody' };

export function mayUse(principal: Principal, needed: RouteRole): boolean {
  if (needed === 'anyone') return true;
  if (needed === 'known') return principal.kind !== 'nobody';
  if (principal.kind !== 'token') return principal.kind === needed;
  if (needed === 'device') return false;
  const { role } = principal;
  if (needed === 'trainer') return role === 'trainer' || reaches(role, 'operator');
  return role === 'trainer' ? needed === 'viewer' : reaches(role, needed);
}

const reaches = (role: Role, needed: Exclude<Role, 'trainer'>) =>
  LADDER.indexOf(role as typeof needed) >= LADDER.indexOf(needed);

/** As it stands in the audit log. */
export function nameOf(principal: Principal): string {
  if (principal.kind === 'token') return `token:${principal.name}`;
  return principal.kind === 'device' ? `device:${principal.device}` : 'nobody';
}
