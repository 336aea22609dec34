import type { Timestamp } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { TriggerTry } from '../../resources/trigger-try.ts';

/** How far the next training is, as it follows from labels alone. */
export interface TrainingDistance {
  /** Since the newest dataset version. */
  readonly newLabels: number;
  /** New labels that start a training; null: none do. */
  readonly startsAfter: number | null;
  /** Labels until then; null: no number of labels starts one. */
  readonly left: number | null;
  /** A training waits or runs. */
  readonly active: boolean;
  /** Of a trigger, to start one. */
  readonly lastTry: TriggerTry | null;
  /** When one is tried by the clock; null: labels or drift alone start one. */
  readonly nextAt: Timestamp | null;
  readonly words: string;
}

/** @param obstacle why the last try started none, where that is tried again and again */
export function trainingDistance(
  facts: Omit<TrainingDistance, 'left' | 'words'>,
  obstacle: string | null,
): TrainingDistance {
  const { newLabels, startsAfter } = facts;
  const left = startsAfter === null ? null : Math.max(0, startsAfter - newLabels);
  return { ...facts, left, words: inWords(facts, left, obstacle) };
}

function inWords(
  { newLabels, startsAfter, active }: Parameters<typeof trainingDistance>[0],
  left: number | null,
  obstacle: string | null,
): string {
  if (active) return 'A training waits or runs. What is labelled meanwhile is in the next one.';
  const since = `${counted(newLabels, 'new label')} since the last dataset version`;
  if (obstacle !== null) {
    return `${since}. A training is due, and could not be started: ${obstacle} It is tried again each minute.`;
  }
  if (left === null) {
    return `${since}. No number of them starts a training: someone starts it by hand.`;
  }
  if (left === 0) return `${since}: the next training starts within minutes.`;
  return `${since}; ${counted(left, 'more starts', 'more start')} a training (${startsAfter} in all).`;
}
