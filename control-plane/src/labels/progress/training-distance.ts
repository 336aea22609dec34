import { counted } from '@edgeloop/protocol/counted';

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
  readonly words: string;
}

export function trainingDistance(facts: {
  readonly newLabels: number;
  readonly startsAfter: number | null;
  readonly active: boolean;
}): TrainingDistance {
  const { newLabels, startsAfter } = facts;
  const left = startsAfter === null ? null : Math.max(0, startsAfter - newLabels);
  return { ...facts, left, words: inWords(facts, left) };
}

function inWords(
  { newLabels, startsAfter, active }: Parameters<typeof trainingDistance>[0],
  left: number | null,
): string {
  if (active) return 'A training waits or runs. What is labelled meanwhile is in the next one.';
  const since = `${counted(newLabels, 'new label')} since the last dataset version`;
  if (left === null) {
    return `${since}. No number of them starts a training: someone starts it by hand.`;
  }
  if (left === 0) return `${since}: the next training starts within minutes.`;
  return `${since}; ${counted(left, 'more starts', 'more start')} a training (${startsAfter} in all).`;
}
