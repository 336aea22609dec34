import type { DeviceState } from '../../../../src/rollouts/states/device-states.ts';
import { DEVICE_STATES, LANES, type Lane, STATE_NAMES } from '../words/device-states.ts';

/** One device, or as many as `Dots.each` says, at its place in px. */
interface Dot {
  readonly key: string;
  readonly state: DeviceState;
  readonly x: number;
  readonly y: number;
}

interface LanePlace {
  readonly lane: Lane;
  readonly devices: number;
  readonly y: number;
}

export interface Dots {
  /** Devices that one dot stands for. */
  readonly each: number;
  readonly dots: readonly Dot[];
  readonly lanes: readonly LanePlace[];
  readonly height: number;
}

/** From one dot to the next, in px. */
const PITCH = 14;
/** A lane's word and count stand before its dots. */
const LANE_HEAD = 104;
const LANE_GAP = 6;
/** A lane's word is a little higher than a dot. */
const LAST_GAP = 4;
/** A wave of more is drawn with dots that stand for several. */
export const MOST_DOTS = 300;

interface DotLayoutInput {
  /** How many are in each state. */
  readonly counts: Readonly<Record<string, number>>;
  /** Their names by state; null: not known, or too many to draw each. */
  readonly names: Readonly<Record<string, readonly string[]>> | null;
  /** Of the column, in px. */
  readonly width: number;
}

/**
 * Where each dot of a wave is: in the lane of its state, row by row. The height holds all lanes
 * however devices are spread over them, so that what stands below never moves.
 */
export function layoutDots({ counts, names, width }: DotLayoutInput): Dots {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const each = Math.max(1, Math.ceil(total / MOST_DOTS));
  const columns = Math.max(1, Math.floor((width - LANE_HEAD) / PITCH));
  const dots: Dot[] = [];
  const lanes: LanePlace[] = [];
  let y = 0;
  for (const lane of LANES) {
    const states = STATE_NAMES.filter((state) => DEVICE_STATES[state].lane === lane);
    const devices = states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    lanes.push({ lane, devices, y });
    const inLane = states.flatMap((state) => keysOf(state, counts[state] ?? 0, each, names));
    for (const [i, { key, state }] of inLane.entries()) {
      const [column, row] = [i % columns, Math.floor(i / columns)];
      dots.push({ key, state, x: LANE_HEAD + column * PITCH, y: y + row * PITCH });
    }
    y += Math.max(1, Math.ceil(inLane.length / columns)) * PITCH + LANE_GAP;
  }
  // Each lane may end within a row, and where a dot stands for several each state in one that is
  // not full.
  const most = total === 0 ? 0 : Math.ceil(total / each) + (each > 1 ? STATE_NAMES.length : 0);
  const rows = Math.floor(most / columns) + LANES.length;
  const height = rows * PITCH + LANES.length * LANE_GAP;
  return { each, dots, lanes, height: Math.max(height, y) + LAST_GAP };
}

function keysOf(
  state: DeviceState,
  count: number,
  each: number,
  names: DotLayoutInput['names'],
): readonly { readonly key: string; readonly state: DeviceState }[] {
  const known = each === 1 ? names?.[state] : undefined;
  if (known && known.length === count) return known.map((key) => ({ key, state }));
  const dots = Math.ceil(count / each);
  return Array.from({ length: dots }, (_, i) => ({ key: `${state} ${i}`, state }));
}
