import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

/** Sources of which none is a person. */
const ROLLOUTS = 'rollout:%';

/** What was said of a device's configuration. */
interface Said {
  /** Null: its agent.yaml alone. */
  readonly version: number | null;
  /** 1: it takes back what a rollout had changed. */
  readonly takes_back: number;
}

/**
 * Those of the devices of which a person, and no rollout, has said what holds after the source did;
 * where that said nothing, or is null, after any rollout did that has not taken it back since. By
 * the order of saying, not by time: a clock may be set.
 * @param source `rollout:<id>`; or the number of an assignment: after that, too
 */
export async function findSetByHand(
  database: Database,
  devices: readonly DeviceId[],
  source: string | number | null,
): Promise<ReadonlySet<DeviceId>> {
  if (devices.length === 0) return new Set();
  const rows = await database
    .selectFrom('configuration_assignments')
    .select(({ fn }) => {
      const last = fn.max<number | null>('id');
      return [
        'device',
        last.as('last'),
        last.filterWhere('source', 'not like', ROLLOUTS).as('ofPerson'),
        last.filterWhere('source', '=', typeof source === 'string' ? source : '').as('ofSource'),
      ];
    })
    .where('device', 'in', devices)
    .groupBy('device')
    .execute();
  const after = typeof source === 'number' ? source : 0;
  const found = new Set<DeviceId>();
  const contested: DeviceId[] = [];
  for (const { device, last, ofPerson, ofSource } of rows) {
    if (ofPerson === null || ofPerson <= after) continue;
    if (ofPerson === last || (ofSource !== null && ofPerson > ofSource)) found.add(device);
    else if (ofSource === null) contested.push(device);
  }
  for (const [device, said] of await sincePersons(database, contested)) {
    if (holdsAgain(said)) found.add(device);
  }
  return found;
}

/** Of each device what a person said last, and then all since, in the order of saying. */
async function sincePersons(
  database: Database,
  devices: readonly DeviceId[],
): Promise<ReadonlyMap<DeviceId, readonly Said[]>> {
  const byDevice = new Map<DeviceId, Said[]>();
  if (devices.length === 0) return byDevice;
  const rows = await database
    .selectFrom('configuration_assignments as said')
    .select(['said.device', 'said.version', 'said.takes_back'])
    .where('said.device', 'in', devices)
    .where('said.id', '>=', ({ selectFrom }) =>
      selectFrom('configuration_assignments as byPerson')
        .select(({ fn }) => fn.max<number>('byPerson.id').as('id'))
        .whereRef('byPerson.device', '=', 'said.device')
        .where('byPerson.source', 'not like', ROLLOUTS),
    )
    .orderBy('said.id')
    .execute();
  for (const { device, ...said } of rows) {
    const ofDevice = byDevice.get(device) ?? [];
    byDevice.set(device, ofDevice);
    ofDevice.push(said);
  }
  return byDevice;
}

/**
 * Whether what a person said holds again though rollouts have said something since: the last of
 * these took it back to what the person said, also where it had told the device nothing itself.
 */
function holdsAgain([byPerson, ...since]: readonly Said[]): boolean {
  const last = since.at(-1);
  return last?.takes_back === 1 && last.version === byPerson?.version;
}
