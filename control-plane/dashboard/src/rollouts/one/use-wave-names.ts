import { useEffect, useState } from 'preact/hooks';
import type { DeviceStates } from '../../../../src/resources/rollout.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { totalOf } from '../words/device-states.ts';
import { MOST_DOTS } from './dot-layout.ts';

type Counts = Readonly<Record<string, number>>;
type Names = Readonly<Record<string, readonly string[]>>;

/**
 * Names of a wave's devices by state, read again when their counts change; null: not known yet, or
 * too many to draw each.
 */
export function useWaveNames(rollout: string, wave: number, counts: Counts): Names | null {
  const [names, setNames] = useState<Names | null>(null);
  const total = totalOf(counts);
  const drawn = total > 0 && total <= MOST_DOTS;
  const key = JSON.stringify(counts);
  // The key stands for the counts, which are another object each time.
  useEffect(() => {
    if (!drawn) return undefined;
    const controller = new AbortController();
    const url = `${path`/api/rollouts/${rollout}/device-states`}?wave=${wave}`;
    // Without names the dots are drawn all the same: a failure is no more than that.
    api.get<DeviceStates>(url, controller.signal).then(
      ({ waves }) => setNames(waves[0]?.states ?? {}),
      () => {},
    );
    return () => controller.abort();
  }, [rollout, wave, drawn, key]);
  return drawn ? names : null;
}
