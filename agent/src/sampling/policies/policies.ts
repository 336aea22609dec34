import type { SampleReason } from '@edgeloop/protocol';
import type { SamplingPlan } from '../sampling-plan.ts';
import { changed } from './changed.ts';
import { disagreed } from './disagreed.ts';
import type { Facts, Policy } from './policy.ts';
import { random } from './random.ts';
import { rare } from './rare.ts';
import { requested } from './requested.ts';
import { uncertain } from './uncertain.ts';

/** In the order in which a frame is put to account: by the first whose budget has room. */
const POLICIES: readonly Policy[] = [random, requested, uncertain, rare, changed, disagreed];

/** Every reason to keep the frame, in that order. */
export function reasonsFor(facts: Facts, plan: SamplingPlan): SampleReason[] {
  return POLICIES.filter(({ holds }) => holds(facts, plan)).map(({ reason }) => reason);
}
