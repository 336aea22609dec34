import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { DeviceStatesQuery } from '../../resources/rollout.ts';
import type { RolloutId } from '../rollout-id.ts';

const MOST = 20_000;

type StatesOfWave = { wave: number; states: Record<string, DeviceId[]> };

/** Names of a rollout's devices by wave and state: to draw them all. */
export async function readDeviceStates(
  database: Database,
  rollout: RolloutId,
  { wave }: DeviceStatesQuery,
): Promise<{ readonly waves: StatesOfWave[]; readonly more: boolean }> {
  let query = database
    .selectFrom('rollout_devices')
    .select(['device', 'wave', 'state'])
    .where('rollout', '=', rollout);
  if (wave !== undefined) query = query.where('wave', '=', wave);
  const rows = await query
    .orderBy('wave')
    .orderBy('device')
    .limit(MOST + 1)
    .execute();
  const waves = new Map<number, StatesOfWave>();
  for (const { device, wave: of, state } of rows.slice(0, MOST)) {
    const found = waves.get(of) ?? { wave: of, states: {} };
    waves.set(of, found);
    found.states[state] ??= [];
    found.states[state].push(device);
  }
  return { waves: [...waves.values()], more: rows.length > MOST };
}
