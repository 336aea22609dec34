import type { Look } from '@edgeloop/imaging';
import { seconds, type TaskId } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { bandsOf, LOOK_ALIKE_BITS, lookDistance } from './look.ts';
import type { GroupId, Neighbour, Side } from './side.ts';
import type { DeviceSighting } from './sighting.ts';

/**
 * Samples that a device took within this time of one another are of one burst, whatever the device
 * calls it.
 */
const BURST = seconds(10);

/**
 * The samples of a device that are near to a new one: look-alikes, the nearest first, then those of
 * its burst. One for each group.
 */
export async function findNeighbours(
  database: Transaction<Tables>,
  task: TaskId,
  look: Look,
  sighting: DeviceSighting,
): Promise<readonly Neighbour[]> {
  const near = [
    ...(await findLookAlikes(database, task, look, sighting)),
    ...(await findBurst(database, task, sighting)),
  ];
  const byGroup = new Map<GroupId, Side>();
  for (const { group_id, side } of near) {
    if (!byGroup.has(group_id)) byGroup.set(group_id, side);
  }
  return [...byGroup].map(([group, side]) => ({ group, side }));
}

async function findLookAlikes(
  database: Transaction<Tables>,
  task: TaskId,
  look: Look,
  { device }: DeviceSighting,
) {
  const bands = bandsOf(look);
  const rows = await database
    .selectFrom('looks')
    .select(['look', 'group_id', 'side'])
    .where('task', '=', task)
    .where('device', '=', device)
    .where(({ eb, or }) =>
      or([
        eb('band_0', '=', bands[0]),
        eb('band_1', '=', bands[1]),
        eb('band_2', '=', bands[2]),
        eb('band_3', '=', bands[3]),
      ]),
    )
    .execute();
  return rows
    .map((row) => ({ ...row, distance: lookDistance(row.look, look) }))
    .filter(({ distance }) => distance <= LOOK_ALIKE_BITS)
    .sort((a, b) => a.distance - b.distance || (a.group_id < b.group_id ? -1 : 1));
}

function findBurst(
  database: Transaction<Tables>,
  task: TaskId,
  { device, capturedAt, burst }: DeviceSighting,
) {
  return database
    .selectFrom('sightings')
    .innerJoin('samples', 'samples.id', 'sightings.sample_id')
    .select(['samples.group_id', 'samples.side'])
    .distinct()
    .where('sightings.task', '=', task)
    .where('sightings.device', '=', device)
    .where('samples.straddles', '=', 0)
    .where(({ eb, or, and }) =>
      or([
        eb('sightings.burst', '=', burst),
        and([
          eb('sightings.captured_at', '>=', (capturedAt - BURST) as typeof capturedAt),
          eb('sightings.captured_at', '<=', (capturedAt + BURST) as typeof capturedAt),
        ]),
      ]),
    )
    .orderBy('samples.group_id')
    .execute();
}
