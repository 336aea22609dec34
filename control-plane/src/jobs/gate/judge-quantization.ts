import type { GatePolicy } from './gate-policy.ts';
import { points } from './in-words.ts';
import type { Check, ClassFigures } from './verdict.ts';

interface Sides {
  readonly samples: number;
  readonly int8Right: number;
  readonly float32Right: number;
}

/**
 * INT8 is what devices run: it may lose no more than its budget, in all and for each class with
 * enough samples.
 */
export function judgeQuantization(
  classes: Readonly<Record<string, ClassFigures>>,
  { int8Loss, classSamples }: GatePolicy,
): Check {
  const check = (passed: boolean, reason: string): Check => ({
    name: 'int8',
    passed,
    reason,
    samplesNeeded: null,
  });
  const all = { samples: 0, int8Right: 0, float32Right: 0 };
  const over: string[] = [];
  for (const [label, { samples, int8Right, float32Right }] of Object.entries(classes)) {
    if (float32Right === null) return check(false, "FP32's predictions are missing.");
    all.samples += samples;
    all.int8Right += int8Right;
    all.float32Right += float32Right;
    const sides = { samples, int8Right, float32Right };
    if (samples >= classSamples && !within(sides, int8Loss.perClass)) {
      over.push(`Of ${label}, ${inWords(sides, int8Loss.perClass)}.`);
    }
  }
  const passed = within(all, int8Loss.overall) && over.length === 0;
  return check(passed, [`${inWords(all, int8Loss.overall)}.`, ...over].join(' '));
}

/** In whole samples, so that no rounding decides. */
function within({ samples, int8Right, float32Right }: Sides, budget: number): boolean {
  return float32Right - int8Right <= budget * samples + 1e-9;
}

function inWords({ samples, int8Right, float32Right }: Sides, budget: number): string {
  const loss = (float32Right - int8Right) / samples;
  return `INT8 is right on ${int8Right} of ${samples}, FP32 on ${float32Right}: a loss of ${points(loss)}, at most ${points(budget)} allowed`;
}
