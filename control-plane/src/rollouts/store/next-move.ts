import type { DeviceId } from '@edgeloop/protocol';
import { type RawBuilder, sql } from 'kysely';

/**
 * The number of a device's next move: above those of all its moves, in whichever rollout. By it is
 * told which of two rollouts told a device something later: a clock may be set.
 * @param device of a row that is to be inserted; of one that is updated, its own
 */
export const nextMove = (
  device: DeviceId | RawBuilder<unknown> = sql.ref('rollout_devices.device'),
): RawBuilder<number> =>
  sql<number>`(
    select coalesce(max(moves.move_number), 0) + 1
      from rollout_devices as moves
      where moves.device = ${device}
  )`;
