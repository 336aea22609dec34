import { signal } from '@preact/signals';
import type { Session as SessionView } from '../../../src/resources/session.ts';
import { api, useCsrf } from '../api/client.ts';
import { closeLive } from '../api/live.ts';

/** Who is logged in; null: nobody; undefined: not known yet. */
export const session = signal<SessionView | null | undefined>(undefined);

const LADDER = ['viewer', 'labeller', 'operator', 'admin'] as const;
export type Rung = (typeof LADDER)[number];

/** Whether who is logged in may do what a role may. The API decides; this is for what to show. */
export function may(role: Rung): boolean {
  const has = session.value?.role;
  if (!has) return false;
  return LADDER.indexOf(has === 'trainer' ? 'viewer' : has) >= LADDER.indexOf(role);
}

/** How often a session was opened or ended here. */
let turns = 0;

/** Of a session that was opened here. */
export function begin(opened: SessionView): void {
  turns += 1;
  take(opened);
}

export function end(): void {
  turns += 1;
  useCsrf(null);
  closeLive();
  session.value = null;
}

/**
 * What the server says now: another tab may have logged in as somebody else. An answer that was
 * asked for before somebody logged in or out here is of a session that is over, and says nothing.
 * @throws Problem
 */
export async function readSession(): Promise<void> {
  const asked = turns;
  try {
    // Nobody is no error: the first page that anyone opens is the login.
    const known = await api.get<SessionView | null>('/api/session?orNone=true');
    if (asked !== turns) return;
    if (known) take(known);
    else end();
  } catch (error) {
    if (asked === turns) throw error;
  }
}

function take(known: SessionView): void {
  useCsrf(known.csrf);
  session.value = known;
}

export async function logOut(): Promise<void> {
  await api.delete('/api/session');
  end();
}
