import { useMemo, useRef } from 'preact/hooks';
import { clockAhead } from '../fleet/rows/known-fleet.ts';

/**
 * What to add to this machine's clock to have the control plane's, in ms.
 * @param now of the control plane, ms, by an answer that is new
 */
export function useClockAhead(now: number): number {
  const known = useRef<number>();
  return useMemo(() => {
    known.current = clockAhead(known.current, now - Date.now());
    return known.current;
  }, [now]);
}
