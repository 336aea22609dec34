import type { DeviceId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { ControlPlaneError } from '../../errors.ts';
import { MOVING_STATES } from '../states/device-states.ts';
import type { RolloutState } from '../states/rollout-states.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';
import type { EngineParts } from './engine-parts.ts';
import { expireLate } from './steps/expire-late.ts';
import { hold } from './steps/hold.ts';
import { joinLatecomers } from './steps/join-latecomers.ts';
import { judgeStep } from './steps/judge-step.ts';
import { startRollout } from './steps/start-rollout.ts';
import { takeBack } from './steps/take-back.ts';
import { tellDevices } from './steps/tell-devices.ts';
import { takeStep } from './take-step.ts';

/** What this look is about. */
export interface Look {
  /** Devices that may have appeared; null: any. */
  readonly among: readonly DeviceId[] | null;
  /**
   * Whether gates are asked that may fail before the bake is over, and one is tried again that
   * could not start: it takes reading.
   */
  readonly judge: boolean;
}

type StepOf = (parts: EngineParts, row: RolloutRow, look: Look) => Promise<RolloutRow | null>;

/** What is tried in each state, in this order, until something happens. */
const STEPS: Readonly<Partial<Record<RolloutState, readonly StepOf[]>>> = {
  scheduled: [startWhenDue],
  shadowing: [judgeShadow],
  rolling: [join, expireLate, tellDevices, bakeWhenEnded, judgeEarly],
  baking: [join, expireLate, tellDevices, judgeBake],
  'rolling-back': [takeBack, endBack],
};

/** Takes every step of a rollout that is due now. */
export async function lookAtRollout(
  parts: EngineParts,
  row: RolloutRow,
  look: Look,
): Promise<void> {
  let at = row;
  let asked = look;
  try {
    for (let next: RolloutRow | null = row; next; ) {
      at = next;
      next = await firstStep(parts, at, asked);
      // Who appeared has joined by the first step: the fleet is not read again for each.
      if (STEPS[at.state]?.includes(join)) asked = { ...look, among: [] };
    }
  } catch (error) {
    // Nothing else would say why it stands still.
    if (error instanceof ControlPlaneError && error.code === 'ASSIGNMENT_KEY_MISSING') {
      await hold(parts, at, error.message);
    }
    throw error;
  }
}

async function firstStep(
  parts: EngineParts,
  row: RolloutRow,
  look: Look,
): Promise<RolloutRow | null> {
  for (const step of STEPS[row.state] ?? []) {
    const next = await step(parts, row, look);
    if (next) return next;
  }
  return null;
}

/** What keeps it from starting may pass: it is tried again, and the reason is shown. */
async function startWhenDue(
  parts: EngineParts,
  row: RolloutRow,
  { judge }: Look,
): Promise<RolloutRow | null> {
  if (row.start_at === null || row.start_at > parts.now()) return null;
  // To plan it is to read the whole fleet: not with each report of a device.
  if (row.reason !== null && !judge) return null;
  try {
    return await startRollout(parts, row, 'engine');
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || error.code === 'STORE_FAILED') throw error;
    await hold(parts, row, error.message);
    return null;
  }
}

function join(parts: EngineParts, row: RolloutRow, { among }: Look) {
  return joinLatecomers(parts, row, among);
}

/** When the devices of the wave have ended, or are late, it is watched. */
async function bakeWhenEnded(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  // Nearly always there is one: all need not be counted.
  if (await parts.reader.hasAny(row.id, ['pending', ...MOVING_STATES], row.wave)) return null;
  const counts = await parts.reader.counts(row.id);
  const ofWave = counts.filter(({ wave }) => wave === row.wave);
  const figures = {
    counts: ofWave.map(({ state, outcome, devices }) => ({ state, outcome, devices })),
  };
  const reason = 'Every device of the wave has ended, is late, or was skipped.';
  return takeStep(parts, row, { decision: { event: 'bake', by: 'engine', reason, figures } });
}

function judgeShadow(parts: EngineParts, row: RolloutRow, { judge }: Look) {
  const { shadow } = row.plan;
  return judgeWhen(parts, row, judge, shadow?.forMillis ?? 0);
}

async function judgeEarly(parts: EngineParts, row: RolloutRow, { judge }: Look) {
  return judge ? judgeStep(parts, row, false) : null;
}

function judgeBake(parts: EngineParts, row: RolloutRow, { judge }: Look) {
  const { waves } = row.plan;
  return judgeWhen(parts, row, judge, waves[row.wave]?.bakeMillis ?? 0);
}

async function judgeWhen(
  parts: EngineParts,
  row: RolloutRow,
  judge: boolean,
  forMillis: number,
): Promise<RolloutRow | null> {
  const over = row.since + forMillis <= parts.now();
  return over || judge ? judgeStep(parts, row, over) : null;
}

/**
 * Devices that do not answer are told, and go back when they hear it: the rollout does not wait for
 * them forever, nor for those that have left.
 */
async function endBack(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  const { waves } = row.plan;
  const counts = await parts.reader.counts(row.id);
  const count = (of: string) =>
    counts.filter(({ state }) => state === of).reduce((sum, { devices }) => sum + devices, 0);
  const [open, back, stranded] = [count('rolling-back'), count('rolled-back'), count('stranded')];
  const patience = Math.max(...waves.map(({ deadlineMillis }) => deadlineMillis));
  const patient = row.since + patience > parts.now();
  if (open > 0 && patient && (await parts.reader.awaitsBack(row.id))) return null;
  const reason = `${counted(back, 'device is as it was', 'devices are as they were')}, ${counted(open, 'has', 'have')} not answered yet, ${stranded} could not go back.`;
  const figures = { back, open, stranded };
  return takeStep(parts, row, {
    decision: { event: 'end-back', by: 'engine', reason, figures },
    changes: { ended_at: parts.now() },
  });
}
