import { State } from '../ui/state.tsx';
import type { ShownDevice } from './listed.ts';
import { CONNECTIVITIES } from './rows/connectivity.ts';
import { NEEDS } from './rows/needs.ts';

/**
 * The connectivity of a device, in a word with its shape; of one that is there, why it needs
 * someone all the same.
 */
export function DeviceConnectivity({
  row: { updates },
  connectivity,
  need,
}: Pick<ShownDevice, 'row' | 'connectivity' | 'need'>) {
  if (need !== null && connectivity === 'online') {
    return <State kind={NEEDS[need].kind}>{NEEDS[need].name}</State>;
  }
  // What did not come to run is a need: these are under way.
  if (updates.length > 0 && connectivity === 'online') return <State kind="active">updating</State>;
  const { kind, means } = CONNECTIVITIES[connectivity];
  return (
    <span title={means}>
      <State kind={kind}>{connectivity}</State>
    </span>
  );
}
