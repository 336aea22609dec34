import type { Config } from '../config/config.ts';
import { type ControlHandler, ControlSocket } from '../control/control-socket.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Models } from '../update/models.ts';
import { DailyFit } from './daily-fit.ts';
import { headControls } from './head-controls.ts';
import { Heads } from './heads.ts';

/** The heads of a running agent. @param models Started. */
export function createHeads(
  { state, slots: configured, cameras }: Config,
  models: Pick<Models, 'slots'>,
  { clock, log }: Surroundings,
): Heads {
  return new Heads({ state, configured, cameras, slots: models.slots, log, ...clock });
}

/**
 * What asks for fits: the command line, and the time of day.
 * @param others what the command line may ask beside
 */
export function headParts(
  { state, slots, head }: Config,
  heads: Heads,
  others: ReadonlyMap<string, ControlHandler>,
  { clock, log }: Surroundings,
): readonly { start(): Promise<void> | void; close(): Promise<void> | void }[] {
  const socket = new ControlSocket(state, new Map([...headControls(heads), ...others]), log);
  if (head.fitAt === null) return [socket];
  const { now, monotonic } = clock;
  const daily = { heads, slots: [...slots.keys()], at: head.fitAt, now, monotonic, log };
  return [socket, new DailyFit(daily)];
}
