import type { RolloutRequest } from '../../../../src/resources/rollout.ts';
import { remarksOn } from './preview-words.ts';
import type { Preview } from './use-preview.ts';

/** What is known of a plan when somebody wants to go on with it. */
interface Plan extends Preview {
  /** null: it can not be meant yet. */
  readonly request: RolloutRequest | null;
  /** Whether it starts by itself. */
  readonly waits: boolean;
}

/**
 * What follows when the button is pressed, and again while that waits.
 * - `send`: the plan is made.
 * - `wait`: who would be hit is not known of the plan as it is now. It is a moment.
 * - `refuse`: why stands in the form, or where the preview would.
 * - `look`: what came meanwhile says that it can or should not begin; who pressed had not seen that.
 */
export type Step = 'send' | 'wait' | 'refuse' | 'look';

/** @param waited whether it was pressed before the preview was here */
export function afterPress(plan: Plan, waited: boolean): Step {
  const { request, preview, problem, fresh, waits } = plan;
  if (request === null) return 'refuse';
  if (!fresh) return 'wait';
  if (problem !== null || preview === null) return 'refuse';
  const stops = remarksOn(preview, waits).some(({ kind }) => kind === 'stops' || kind === 'warns');
  return waited && stops ? 'look' : 'send';
}
