import type { RolloutPreview } from '../../../../src/resources/rollout.ts';
import { refusedFor } from '../../models/figures/refusal-in-words.ts';
import { plural } from '../../ui/format.ts';
import { ROLLOUT_STATES } from '../words/rollout-states.ts';

export interface Remark {
  /**
   * `stops`: it can't begin so. `warns`: it begins, and should not. `waits`: it does not begin at
   * once.
   */
  readonly kind: 'stops' | 'warns' | 'waits' | 'note';
  readonly text: string;
}

/**
 * What a preview means for who plans, the gravest first.
 * @param waits whether it tries to start by itself until nothing keeps it; by hand the start would
 * be refused
 */
export function remarksOn(preview: RolloutPreview, waits: boolean): Remark[] {
  const { waves, target, conflicts, gateReasons } = preview;
  const taken = waves.reduce((sum, { devices }) => sum + devices, 0);
  const remarks: Remark[] = [];
  if (target === 0) {
    const text =
      'No device fits. A device is a target once it has reported that it has the slot: is the slot right, and the filter?';
    remarks.push({ kind: 'stops', text });
  } else if (waves[0]?.devices === 0) {
    remarks.push({
      kind: 'stops',
      text: 'No device is in the first wave: it can not start like this.',
    });
  }
  if (gateReasons.length > 0) {
    remarks.push({ kind: 'warns', text: refusedFor(gateReasons) });
  }
  for (const { name, state, devices, yields } of conflicts) {
    const has = `“${name}” (${ROLLOUT_STATES[state].word})`;
    if (yields) {
      const text = `${plural(devices, 'device')} will be taken from ${has}, which is of a lower priority and skips them.`;
      remarks.push({ kind: 'note', text });
      continue;
    }
    const then = waits
      ? 'This one waits, and starts by itself when that has ended.'
      : 'The order to start is refused until that has ended.';
    const text = `${has} has ${plural(devices, 'device')} of these. ${then} A higher priority would take them.`;
    remarks.push({ kind: 'waits', text });
  }
  const offline = waves.reduce((sum, wave) => sum + wave.offline, 0);
  if (offline > 0) {
    const text = `${plural(offline, 'device')} ${offline === 1 ? 'is' : 'are'} offline now, and ${OFFLINE[preview.plan.offline]}.`;
    remarks.push({ kind: 'note', text });
  }
  const empty = waves
    .filter(({ devices }, i) => i > 0 && devices === 0)
    .map(({ wave }) => wave + 1);
  if (target > 0 && empty.length > 0) {
    const which = `${empty.length === 1 ? 'wave' : 'waves'} ${empty.join(', ')}`;
    remarks.push({ kind: 'note', text: `No device is in ${which}: those before have all.` });
  }
  if (target > taken) {
    const text = `${plural(target - taken, 'device')} of the target ${target - taken === 1 ? 'is' : 'are'} in no wave, and left alone.`;
    remarks.push({ kind: 'note', text });
  }
  if (target > 0 && waves[0]?.devices === target && comparesWithOthers(preview)) {
    const text =
      'All devices are in the first wave: the gates on confidence and class mix have nobody to compare with, and will stop it.';
    remarks.push({ kind: 'note', text });
  }
  for (const { wave, bakeNeeded } of waves) {
    if (bakeNeeded === null) continue;
    const text = `Wave ${wave + 1}: at the rate that its devices reported last, its gates see too few frames by the end of the bake, and will stop it. A bake of ${minutes(bakeNeeded)} min would do.`;
    remarks.push({ kind: 'note', text });
  }
  return remarks.sort((a, b) => GRAVE.indexOf(a.kind) - GRAVE.indexOf(b.kind));
}

/** As the field of a wave counts it. */
const minutes = (millis: number): number => Math.ceil(millis / 60_000);

/** What becomes of a device that is offline when its turn comes. */
const OFFLINE: Readonly<Record<RolloutPreview['plan']['offline'], string>> = {
  wait: 'told all the same: late after the deadline',
  skip: 'left out until back',
  fail: 'counted as failed',
};

const GRAVE: readonly Remark['kind'][] = ['stops', 'warns', 'waits', 'note'];

const comparesWithOthers = ({ plan }: RolloutPreview): boolean =>
  (plan.waves[0]?.gates ?? []).some(({ kind }) => kind === 'confidence' || kind === 'class-mix');
