import { describeExpected } from '@edgeloop/protocol/describe-expected';
import {
  AREA_RULE,
  MOTION_DEFAULTS,
  rarityMistake,
  THRESHOLD_RULE,
} from '@edgeloop/protocol/motion-rules';
import {
  DURATION_PATTERN,
  DURATION_WORDS,
  parseDuration,
  writeDuration,
} from '@edgeloop/protocol/quantity';
import { millis } from '@edgeloop/protocol/units';
import { typed } from '../../ui/number-text.ts';
import type { Look } from './drawing.ts';

/**
 * Figures of the motion gate, as they stand in their fields and in agent.yaml: `16`, `0.5`, `5s`.
 * Empty: not known, and left as it is.
 */
export type MotionDraft = Readonly<Record<'threshold' | 'area' | 'hold' | 'atLeastEvery', string>>;
type MotionKey = keyof MotionDraft;

const KEYS: readonly MotionKey[] = ['threshold', 'area', 'hold', 'atLeastEvery'];
/** A share as per cent has no digits of its own beyond these. */
const DIGITS = 6;

/** What the device does now; where it does not watch for motion, the defaults. */
export function motionDraftOf({ motion }: Look): MotionDraft {
  const { threshold, area, hold, atLeastEvery } = MOTION_DEFAULTS;
  if (!motion) {
    return {
      threshold: String(threshold),
      area: String(area),
      hold: writeDuration(hold),
      atLeastEvery: writeDuration(atLeastEvery),
    };
  }
  const { holdMillis, atLeastEveryMillis } = motion;
  const duration = (value: number | undefined) =>
    value === undefined ? '' : writeDuration(millis(value));
  return {
    threshold: String(motion.threshold ?? ''),
    area: motion.area === undefined ? '' : String(Number((100 * motion.area).toPrecision(DIGITS))),
    hold: duration(holdMillis),
    atLeastEvery: duration(atLeastEveryMillis),
  };
}

/** What is wrong with each, in the words of the device's own check of agent.yaml; null: nothing. */
export function motionMistakes(draft: MotionDraft, look: Look): Record<MotionKey, string | null> {
  const first = motionDraftOf(look);
  const maxGap = look.maxGapMillis === undefined ? null : millis(look.maxGapMillis);
  const unless = (key: MotionKey, mistakeOf: (text: string) => string | null) => {
    const mistake = draft[key] === '' && first[key] === '' ? null : mistakeOf(draft[key].trim());
    return mistake && `Expected ${mistake}`;
  };
  return {
    threshold: unless('threshold', (text) => numberMistake(text, THRESHOLD_RULE)),
    area: unless('area', (text) => numberMistake(text, AREA_RULE)),
    hold: unless('hold', durationMistake),
    atLeastEvery: unless(
      'atLeastEvery',
      (text) => durationMistake(text) ?? rarityMistake(parseDuration(text), maxGap),
    ),
  };
}

/**
 * `motion` of a configuration: what was changed; all of it, where the device does not watch for
 * motion so far.
 */
export function motionSettings(
  draft: MotionDraft,
  before: Look,
): Readonly<Record<string, string | number>> {
  const first = motionDraftOf(before);
  const written = KEYS.filter((key) => !before.motion || draft[key] !== first[key]);
  const isNumber = (key: MotionKey) => key === 'threshold' || key === 'area';
  return Object.fromEntries(
    written.map((key) => [key, isNumber(key) ? Number(draft[key]) : draft[key].trim()]),
  );
}

interface Rule {
  readonly type: 'integer' | 'number';
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum: number;
}

function numberMistake(text: string, rule: Rule): string | null {
  const { type, minimum, exclusiveMinimum, maximum } = rule;
  const value = typed(text, { max: maximum, whole: type === 'integer' }).meant ?? Number.NaN;
  const above =
    exclusiveMinimum === undefined ? value >= (minimum ?? value) : value > exclusiveMinimum;
  if (above) return null;
  const number = typed(text, {}).meant;
  const received = text === '' ? 'nothing' : Number.isNaN(number) ? JSON.stringify(text) : number;
  return `${describeExpected(rule)}, received ${received}.`;
}

function durationMistake(text: string): string | null {
  if (new RegExp(DURATION_PATTERN).test(text)) return null;
  return `${DURATION_WORDS}, received ${text === '' ? 'nothing' : JSON.stringify(text)}.`;
}
