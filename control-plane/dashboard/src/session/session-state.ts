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

export function begin(opened: SessionView): void {
  useCsrf(opened.csrf);
  session.value = opened;
}

export function end(): void {
  useCsrf(null);
  closeLive();
  session.value = null;
}

/** What the server says now: another tab may have logged in as somebody else. @throws Problem */
export async function readSession(): Promise<void> {
  begin(await api.get<SessionView>('/api/session'));
}

export async function logOut(): Promise<void> {
  await api.delete('/api/session');
  end();
}
