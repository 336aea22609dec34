import { State } from '../ui/state.tsx';
import { STANDINGS, type Standing } from './rows/standing.ts';

/** How a device stands, in a word with its shape. */
export function DeviceStanding({ standing }: { standing: Standing }) {
  return <State kind={STANDINGS[standing].kind}>{standing}</State>;
}
