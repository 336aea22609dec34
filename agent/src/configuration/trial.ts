import { createHash } from 'node:crypto';
import {
  type ConfigurationReport,
  canonicalJson,
  type Desired,
  type EpochMillis,
  type Reason,
  type Sha256,
  timestamp,
} from '@edgeloop/protocol';
import type { Chosen, ConfigurationState, Verdict } from './configuration-state.ts';

type DesiredConfiguration = Desired['configuration'];

/** What a desired configuration is to a device. */
export type Wish =
  | { readonly kind: 'kept' }
  | { readonly kind: 'on trial'; readonly heard: boolean }
  /** It was refused or taken back before. */
  | { readonly kind: 'past'; readonly verdict: Verdict }
  | { readonly kind: 'new'; readonly chosen: Chosen | null };

export type TrialEvent =
  | Exclude<Wish, { kind: 'new' }>
  | { readonly kind: 'right'; readonly chosen: Chosen | null }
  | { readonly kind: 'wrong'; readonly chosen: Chosen | null; readonly reason: Reason }
  /** The process started. */
  | { readonly kind: 'boot' }
  /** Nobody heard of it in time. */
  | { readonly kind: 'late'; readonly reason: Reason }
  /** The agent does not start with it. */
  | { readonly kind: 'failed'; readonly reason: Reason };

type Phase = 'settled' | 'trying';
type Move<Event> = (
  state: ConfigurationState,
  event: Event,
  now: EpochMillis,
) => ConfigurationState;
type Moves = { readonly [Kind in TrialEvent['kind']]: Move<Extract<TrialEvent, { kind: Kind }>> };

/**
 * A trial outlives so many starts of the process; one more, and it is taken for what ends the
 * process.
 */
const MAX_BOOTS = 2;
const MAX_PAST = 16;

const stay: Move<unknown> = (state) => state;
const end: Move<unknown> = (state) => ({ ...state, trial: null, verdict: null });
const passOver: Move<{ verdict: Verdict }> = (state, { verdict }) => ({
  ...state,
  trial: null,
  verdict,
});
const refuse: Move<{ chosen: Chosen | null; reason: Reason }> = (state, { chosen, reason }, now) =>
  judge({ ...state, trial: null }, 'refused', chosen, reason, now);
const begin: Move<{ chosen: Chosen | null }> = (state, { chosen }, now) => ({
  ...state,
  trial: { chosen, since: timestamp(now), boots: 0 },
  verdict: null,
  // What could not be left once may be left another time: another configuration ran since.
  past: state.past.filter(({ version }) => version !== null),
});

/** The machine as a table: what each event makes of each phase. */
const MOVES: Readonly<Record<Phase, Moves>> = {
  settled: {
    kept: (state) => (state.verdict ? { ...state, verdict: null } : state),
    'on trial': stay,
    past: passOver,
    right: begin,
    wrong: refuse,
    boot: stay,
    late: stay,
    failed: dropKept,
  },
  trying: {
    kept: end,
    'on trial': (state, { heard }, now) => (heard ? keep(state, now) : state),
    past: passOver,
    right: begin,
    wrong: refuse,
    boot: countBoot,
    late: revert,
    failed: revert,
  },
};

export function step(
  state: ConfigurationState,
  event: TrialEvent,
  now: EpochMillis,
): ConfigurationState {
  const move = MOVES[state.trial ? 'trying' : 'settled'][event.kind] as Move<TrialEvent>;
  return move(state, event, now);
}

/** What runs, or should; null: agent.yaml alone. */
export function running({ kept, trial }: ConfigurationState): Chosen | null {
  return trial ? trial.chosen : kept;
}

/** The same settings under the same number. */
export const sameChoice = (one: Chosen | null, other: Chosen | null): boolean =>
  digestOf(one) === digestOf(other);

/** @param wanted What the control plane said; absent: agent.yaml alone. */
export function wishOf(
  { kept, trial, past }: ConfigurationState,
  wanted: DesiredConfiguration,
): Wish {
  const chosen = wanted ? { version: wanted.version, settings: wanted.settings } : null;
  if (trial && sameChoice(trial.chosen, chosen)) {
    // Of a withdrawal there is no version to be heard of: that it is still wanted, told over a new
    // connection, is the word.
    return { kind: 'on trial', heard: wanted ? wanted.heard === true : true };
  }
  if (sameChoice(kept, chosen)) return { kind: 'kept' };
  const choice = digestOf(chosen);
  const verdict = past.find((one) => one.choice === choice);
  return verdict ? { kind: 'past', verdict } : { kind: 'new', chosen };
}

/** What the device says of it; null: agent.yaml alone runs, and nothing else is wanted. */
export function reportOf({ kept, trial, verdict }: ConfigurationState): ConfigurationReport | null {
  const instead = { kept: kept?.version ?? null };
  if (trial) {
    const { chosen, since } = trial;
    return chosen && { version: chosen.version, state: 'trying', since, ...instead };
  }
  if (verdict && verdict.version !== null) {
    const { version, state, since, reason } = verdict;
    return { version, state, since, reason, ...instead };
  }
  if (!kept) return null;
  const { version, since } = kept;
  return { version, state: 'applied', since, ...(verdict && { reason: verdict.reason }) };
}

function keep(state: ConfigurationState, now: EpochMillis): ConfigurationState {
  const chosen = state.trial?.chosen;
  return { ...state, kept: chosen ? { ...chosen, since: timestamp(now) } : null, trial: null };
}

function revert(
  state: ConfigurationState,
  { reason }: { readonly reason: Reason },
  now: EpochMillis,
): ConfigurationState {
  const chosen = state.trial?.chosen ?? null;
  return judge({ ...state, trial: null }, 'reverted', chosen, reason, now);
}

/** Agent.yaml was changed so that what was kept does not fit it any more. */
function dropKept(
  state: ConfigurationState,
  { reason }: { readonly reason: Reason },
  now: EpochMillis,
): ConfigurationState {
  return state.kept ? judge({ ...state, kept: null }, 'reverted', state.kept, reason, now) : state;
}

function countBoot(state: ConfigurationState, _: unknown, now: EpochMillis): ConfigurationState {
  const { trial } = state;
  if (!trial) return state;
  if (trial.boots < MAX_BOOTS) return { ...state, trial: { ...trial, boots: trial.boots + 1 } };
  const message = `Expected the agent to run with it, but its process was started ${MAX_BOOTS + 1} times before the control plane heard of it. The log of those starts says why.`;
  return revert(state, { reason: { code: 'CONFIGURATION_CRASHED', message } }, now);
}

function judge(
  state: ConfigurationState,
  outcome: Verdict['state'],
  chosen: Chosen | null,
  reason: Reason,
  now: EpochMillis,
): ConfigurationState {
  const verdict: Verdict = {
    version: chosen?.version ?? null,
    choice: digestOf(chosen),
    state: outcome,
    since: timestamp(now),
    reason,
  };
  const others = state.past.filter(({ choice }) => choice !== verdict.choice);
  return { ...state, verdict, past: [...others, verdict].slice(-MAX_PAST) };
}

function digestOf(chosen: Chosen | null): Sha256 {
  const { version = 0, settings = {} } = chosen ?? {};
  return createHash('sha256')
    .update(canonicalJson([version, settings]))
    .digest('hex') as Sha256;
}
