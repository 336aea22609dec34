import { State } from '../ui/state.tsx';
import type { ShownDevice } from './listed.ts';
import { NEEDS } from './rows/needs.ts';
import { STANDINGS } from './rows/standing.ts';

/** How a device stands, in a word with its shape; of one that is there, why it needs someone all the same. */
export function DeviceStanding({
  row: { updates },
  standing,
  need,
}: Pick<ShownDevice, 'row' | 'standing' | 'need'>) {
  if (need !== null && standing === 'online') {
    return <State kind={NEEDS[need].kind}>{NEEDS[need].name}</State>;
  }
  // What did not come to run is a need: these are under way.
  if (updates.length > 0 && standing === 'online') return <State kind="active">updating</State>;
  const { kind, means } = STANDINGS[standing];
  return (
    <span title={means}>
      <State kind={kind}>{standing}</State>
    </span>
  );
}
