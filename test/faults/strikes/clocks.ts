import { type Fault, pick } from '../fault.ts';
import type { Clock } from '../line/clock.ts';

const HOUR = 3600;
/** Less than the shortest strike lasts, so that each crosses it, in ms. */
const BEFORE_2038 = 100;
const JUMPS: readonly (readonly [string, (clock: Clock) => void])[] = [
  ['1970', (clock) => clock.jumpTo(Date.UTC(1970, 0, 1, 0, 5))],
  // To just before the moment from which on its seconds no longer fit into 31 bits.
  ['2038', (clock) => clock.jumpTo(2 ** 31 * 1000 - BEFORE_2038)],
  ['-1h', (clock) => clock.jump(-HOUR)],
  ['+1h', (clock) => clock.jump(HOUR)],
];

/** Of one machine, which runs on: there, and back again. */
export const CLOCK_FAULTS: readonly Fault[] = JUMPS.map(([to, jump]) => ({
  name: `clock ${to}`,
  async strike({ line, random }) {
    const machines = [{ name: 'control-plane', clock: line.clock }, ...line.devices];
    const { name, clock } = pick(random, machines);
    jump(clock);
    return { what: name, heal: async () => clock.jump(0) };
  },
}));
