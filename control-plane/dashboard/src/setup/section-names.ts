import type { Rung } from '../session/session-state.ts';

export interface SectionName {
  /** In the address: /setup/<id>. */
  readonly id: string;
  readonly title: string;
  /** Who gets anything to see. */
  readonly role: Rung;
}

/** In the order in which a fleet needs them. */
export const SECTION_NAMES = [
  { id: 'enrol', title: 'Enrol a device', role: 'operator' },
  { id: 'people', title: 'People', role: 'admin' },
  { id: 'tokens', title: 'API tokens', role: 'viewer' },
  { id: 'subscribers', title: 'Subscribers', role: 'operator' },
  { id: 'budgets', title: 'Sampling budgets', role: 'viewer' },
  { id: 'triggers', title: 'Training triggers', role: 'viewer' },
  { id: 'retention', title: 'Retention', role: 'viewer' },
  { id: 'webhooks', title: 'Webhooks', role: 'operator' },
  { id: 'keys', title: 'Keys', role: 'operator' },
  { id: 'audit', title: 'Audit log', role: 'admin' },
] as const satisfies readonly SectionName[];
