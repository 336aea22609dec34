import { didYouMean, type SlotId } from '@edgeloop/protocol';
import { AgentError } from '../errors.ts';

/** The slot that is meant: the only one, where none is named. @throws AgentError `HEAD_REFUSED` */
export function chooseSlot(slots: readonly SlotId[], wanted: string | undefined): SlotId {
  const [only, ...others] = slots;
  if (wanted === undefined && only !== undefined && others.length === 0) return only;
  const found = slots.find((slot) => slot === wanted);
  if (found) return found;
  const near = wanted === undefined ? '' : didYouMean(wanted, slots);
  const message = `Expected one of the slots (${slots.join(', ')}), received ${wanted ?? 'none'}.${near}`;
  throw new AgentError('HEAD_REFUSED', message);
}
