import { State } from '../ui/state.tsx';
import type { ShownDevice } from './listed.ts';
import { NEEDS } from './rows/needs.ts';
import { STANDINGS } from './rows/standing.ts';

/** How a device stands, in a word with its shape; of one that is there, why it needs someone all the same. */
export function DeviceStanding({ standing, need }: Pick<ShownDevice, 'standing' | 'need'>) {
  const { kind, says } =
    need !== null && standing === 'online'
      ? { kind: NEEDS[need].kind, says: NEEDS[need].name }
      : { kind: STANDINGS[standing].kind, says: standing };
  return <State kind={kind}>{says}</State>;
}
