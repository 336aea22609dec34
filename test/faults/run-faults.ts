import { type Millis, seededRandom } from '@edgeloop/protocol';
import { judgeLine } from './judge/judge-line.ts';
import type { Verdict } from './judge/judge-results.ts';
import { Line, type LineOptions } from './line/line.ts';
import { Rollouts } from './line/rollouts.ts';
import type { Ending } from './line/service.ts';
import { Trainings } from './line/trainings.ts';
import type { Pace } from './schedule.ts';
import { strikeAll, type Track } from './strike.ts';
import { FAULTS, KILLS, TRAINER_KILLS } from './strikes/faults.ts';
import { Ledger } from './witness/ledger.ts';
import { Witness } from './witness/witness.ts';

export interface RunOptions extends LineOptions {
  readonly seed: number;
  /** Null: each fault once. */
  readonly length: Millis | null;
  readonly pace: Pace;
  /** Any process, at any time, beside the other faults. */
  readonly kills: boolean;
  /** Names of faults; empty: all. */
  readonly only: readonly string[];
  readonly say: (text: string) => void;
}

export interface Report {
  readonly seed: number;
  readonly broker: string;
  readonly ingest: string;
  readonly database: string;
  readonly seconds: number;
  /** How often each fault struck. */
  readonly struck: Readonly<Record<string, number>>;
  /**
   * How often each process was killed; those that a service has started, and who was still
   * starting, by themselves.
   */
  readonly killed: Readonly<Record<string, number>>;
  /** What must not be. */
  readonly problems: readonly string[];
  readonly figures: Verdict['figures'] & Readonly<Record<string, unknown>>;
  readonly endings: readonly Ending[];
}

const KILLED: readonly Pick<Track, 'faults' | 'pace'>[] = [
  { faults: KILLS, pace: { pause: [2_000, 9_000], lasts: [0, 1] } },
  { faults: TRAINER_KILLS, pace: { pause: [40_000, 100_000], lasts: [0, 1] } },
];
const PATIENCE = 90_000;
/**
 * Between two faults each service has so long to come back: while another fault lasts it may not.
 */
const BETWEEN = 5_000;

/** Runs the line under load, breaks it, mends it, and judges what is left. */
export async function runFaults(options: RunOptions): Promise<Report> {
  const { seed, length, say, broker, ingest, database } = options;
  const line = new Line(options);
  const ledger = new Ledger();
  const witness = new Witness(line, ledger);
  const rollouts = new Rollouts(line);
  const trainings = options.trainer ? new Trainings(line, say) : null;
  const struck: Record<string, number> = {};
  // Before all else: a run that does not come to its report can be run again, too.
  say(`EDGELOOP_FAULTS_SEED=${seed}`);
  try {
    await line.start();
    await witness.start();
    rollouts.start();
    await trainings?.start();
    const begun = performance.now();
    const passed = () => performance.now() - begun;
    const common = {
      isOver: () => length !== null && passed() > length,
      onStruck: (name: string, what: string) => {
        struck[name] = (struck[name] ?? 0) + 1;
        if (!isOfDevice(line, what)) ledger.strikes.push({ name, at: Date.now() });
        say(`${(passed() / 1000).toFixed(1)} s  ${name}: ${what}`);
      },
    };
    const faults = FAULTS.filter(
      ({ name }) => options.only.length === 0 || options.only.includes(name),
    );
    const count = length === null ? faults.length : Number.POSITIVE_INFINITY;
    const scene = { line, ledger, random: seededRandom(seed, 1) };
    const tracks = [
      strikeAll(scene, {
        ...common,
        faults,
        seed,
        count,
        pace: options.pace,
        settled: () => settle(line, BETWEEN),
      }),
    ];
    const killed = KILLED.slice(0, options.trainer ? 2 : 1);
    for (const [i, { faults, pace }] of (options.kills ? killed : []).entries()) {
      const track = { faults, pace, seed: seed + 1 + i, count, settled: async () => {} };
      const random = seededRandom(seed, 2 + i);
      tracks.push(strikeAll({ ...scene, random }, { ...common, ...track }));
    }
    await Promise.all(tracks);
    say(`${(passed() / 1000).toFixed(1)} s  healing`);
    await line.heal();
    const problems = await settle(line, PATIENCE);
    await rollouts.stop();
    for (const reason of rollouts.notMade) say(`   a rollout was not made: ${reason}`);
    const last = await rollouts.last();
    if (last !== 'completed') problems.push(`the last rollout is ${last}`);
    await trainings?.stop();
    const trained = (await trainings?.last()) ?? 'succeeded';
    if (trained !== 'succeeded') problems.push(`the last training ${trained}`);
    say(`${(passed() / 1000).toFixed(1)} s  judging`);
    const judged = await judgeLine(line, ledger, witness, trainings);
    return {
      seed,
      broker,
      ingest,
      database,
      seconds: Math.round(passed() / 1000),
      struck,
      killed: ledger.killed,
      endings: judged.endings,
      problems: [...problems, ...judged.problems],
      figures: { ...judged.figures, rollouts: rollouts.ended },
    };
  } finally {
    await line.close();
    await witness.close();
  }
}

const isOfDevice = (line: Line, what: string): boolean =>
  line.devices.some(({ name }) => what.startsWith(name));

/** When everything says that it runs. @returns what does not */
async function settle(line: Line, patience: number): Promise<string[]> {
  const problems: string[] = [];
  for (const service of line.services) {
    if (await service.ready(patience)) continue;
    problems.push(`${service.name} does not come back: ${service.said.slice(-1_500)}`);
  }
  return problems;
}
