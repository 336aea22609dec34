import type { Shadow } from '@edgeloop/protocol';
import { servedModel } from '@edgeloop/protocol/served-model';
import type { CounterReport } from './carry.ts';
import type { Counters } from './counters.ts';

export interface ShadowTotals {
  readonly compared: number;
  readonly agreed: number;
  readonly byClass: Readonly<
    Record<string, { readonly compared: number; readonly agreed: number }>
  >;
}

/** Of a candidate in a slot, against one model, or one with a head that was tuned on the device. */
const shadowKey = (slot: string, candidate: string, active: string) =>
  `${shadowPrefix(slot, candidate)}${active}`;
export const shadowPrefix = (slot: string, candidate: string) => `shadow/${slot}/${candidate}/`;

/** What of a device's word on its shadows adds up over its boots. */
export function toldByShadow({ bootId, at, slots }: Shadow): CounterReport {
  const counters: Record<string, Counters[string]> = {};
  for (const [slot, { active, head, candidate, ...compared }] of Object.entries(slots)) {
    const { compared: all, agreed, byClass } = compared;
    const key = shadowKey(slot, candidate, servedModel(active, head));
    counters[key] = { compared: all, agreed, byClass };
  }
  return { boot: bootId, order: Date.parse(at), counters };
}
