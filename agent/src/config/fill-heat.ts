import { millis, parseDuration } from '@edgeloop/protocol';
import type { HeatLimits } from '../heat/next-level.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';

/** More would look like a pipeline that hangs. */
const MAX_INTERVAL = 5_000;

/**
 * Null: it does not slow down. A little below the 80 °C at which the firmware of a Raspberry Pi
 * does.
 */
export function fillHeat({ heat }: ConfigFile): HeatLimits | null {
  if (heat === 'off') return null;
  return {
    slowAt: heat?.slowAt ?? 78,
    hysteresis: heat?.hysteresis ?? 5,
    maxInterval: heat?.maxInterval === undefined ? millis(2_000) : parseDuration(heat.maxInterval),
  };
}

/** What no schema can say. */
export function heatMistakes(file: ConfigFile): ConfigMistake[] {
  const interval = fillHeat(file)?.maxInterval ?? 0;
  if (interval <= MAX_INTERVAL) return [];
  const path = 'heat.maxInterval';
  const message = `${path}: expected at most ${MAX_INTERVAL / 1000}s, received ${interval / 1000}s.`;
  return [{ path, message }];
}
