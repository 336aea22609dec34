import type { Shadow } from '@edgeloop/protocol';
import type { Told } from './carry.ts';
import type { Counters } from './counters.ts';

export interface ShadowTotals {
  readonly compared: number;
  readonly agreed: number;
  readonly byClass: Readonly<
    Record<string, { readonly compared: number; readonly agreed: number }>
  >;
}

/** Of a candidate in a slot, against one model. */
const shadowKey = (slot: string, candidate: string, active: string) =>
  `${shadowPrefix(slot, candidate)}${active}`;
export const shadowPrefix = (slot: string, candidate: string) => `shadow/${slot}/${candidate}/`;

/** What of a device's word on its shadows adds up over its boots. */
export function toldByShadow({ bootId, at, slots }: Shadow): Told {
  const counters: Record<string, Counters[string]> = {};
  for (const [slot, { active, candidate, compared, agreed, byClass }] of Object.entries(slots)) {
    counters[shadowKey(slot, candidate, active)] = { compared, agreed, byClass };
  }
  return { boot: bootId, order: Date.parse(at), counters };
}
