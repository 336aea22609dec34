import type { Millis, Sha256 } from '@edgeloop/protocol';
import type { Behaviour, Does, Times } from '../scenario/scenario.ts';

/** What of a device is not as it should be, now: its behaviours taken together. */
export interface Effects {
  readonly connected: boolean;
  /** Inference takes so many times as long. */
  readonly slow: number;
  /** What is added to each score. */
  readonly confidence: number;
  /** What each class is taken for; absent: for itself. */
  readonly takenFor: ReadonlyMap<string, string>;
  /** Null: what the scenario's models do. */
  readonly agreement: number | null;
  readonly hot: boolean;
  readonly lies: 'model' | 'counters' | null;
  readonly mute: boolean;
  /** How often it has started again until now. */
  readonly crashes: number;
  /** Being told to run the model ends it. */
  readonly dies: boolean;
  readonly failsDownload: Times | null;
  readonly failsSelfTest: Times | null;
  readonly refusesConfiguration: boolean;
}

/** State of a device that a scenario looks at. */
export interface Situation {
  /** The model at hand: the one that decides, or that is on its way, or looks on. */
  readonly model: Sha256;
  /** Since when it is, by `elapsed`. */
  readonly since: Millis;
  /** Since all devices were connected. */
  readonly elapsed: Millis;
}

/** A device that is hot is throttled: the clock of a Pi 4 goes from 1.5 to 1.0 GHz. */
const THROTTLED = 1.5;
/** A Pi under load with a fan, and one that is throttled: from 80 °C on. */
const [WARM, HOT] = [52, 85];

export const celsiusOf = ({ hot }: Pick<Effects, 'hot'>): number => (hot ? HOT : WARM);

/**
 * @param behaviours Those of this device, the later ones over the earlier where both say the same
 * thing.
 */
export function effectsOf(behaviours: readonly Behaviour[], situation: Situation): Effects {
  const holding = behaviours.filter((behaviour) => holds(behaviour, situation));
  return holding.reduce<Effects>((effects, behaviour) => add(effects, behaviour, situation), {
    connected: true,
    slow: 1,
    confidence: 0,
    takenFor: new Map(),
    agreement: null,
    hot: false,
    lies: null,
    mute: false,
    crashes: 0,
    failsDownload: null,
    failsSelfTest: null,
    dies: false,
    refusesConfiguration: false,
  });
}

function holds({ when }: Behaviour, { model, elapsed }: Situation): boolean {
  if (when.runs !== null && when.runs !== model) return false;
  return elapsed >= when.after && (when.for === null || elapsed < when.after + when.for);
}

function add(before: Effects, { does, when }: Behaviour, situation: Situation): Effects {
  // Of one that depends on the model, time counts from when that runs.
  const begun = when.runs === null ? when.after : Math.max(when.after, situation.since);
  const passed = situation.elapsed - begun;
  return {
    connected: before.connected && !does.offline && isUp(does.flaps, passed),
    slow: before.slow * (does.slow ?? 1) * (does.hot ? THROTTLED : 1),
    confidence: before.confidence + (does.confidence ?? 0),
    takenFor: does.swap ? swapped(before.takenFor, does.swap) : before.takenFor,
    agreement: does.agreement ?? before.agreement,
    hot: before.hot || does.hot === true,
    lies: does.lies ?? before.lies,
    mute: before.mute || does.mute === true,
    crashes: before.crashes + (does.crashes ? Math.floor(passed / does.crashes.every) : 0),
    dies: before.dies || does.dies === true,
    failsDownload: does.failsDownload ?? before.failsDownload,
    failsSelfTest: does.failsSelfTest ?? before.failsSelfTest,
    refusesConfiguration: before.refusesConfiguration || does.refusesConfiguration === true,
  };
}

function isUp(flaps: Does['flaps'], passed: number): boolean {
  return !flaps || passed % (flaps.up + flaps.down) < flaps.up;
}

function swapped(
  before: ReadonlyMap<string, string>,
  [one, other]: readonly [string, string],
): ReadonlyMap<string, string> {
  return new Map([...before, [one, other], [other, one]]);
}
