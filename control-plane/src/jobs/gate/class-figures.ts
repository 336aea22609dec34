import type { Calls, TestSample } from './read-predictions.ts';
import type { ClassFigures } from './verdict.ts';

export interface CallsOfAll {
  readonly int8: Calls;
  readonly float32: Calls | null;
  readonly champion: Calls | null;
}

/** By true class: how many samples it has, and on how many of them each was right. */
export function classFigures(
  samples: readonly TestSample[],
  { int8, float32, champion }: CallsOfAll,
): Record<string, ClassFigures> {
  const ofClass = new Map<string, TestSample[]>();
  for (const sample of samples) {
    const others = ofClass.get(sample.label);
    if (others) others.push(sample);
    else ofClass.set(sample.label, [sample]);
  }
  const entries = [...ofClass].map(([label, ofLabel]) => {
    const right = (calls: Calls) =>
      ofLabel.filter(({ sha256 }) => calls.get(sha256) === label).length;
    const figures: ClassFigures = {
      samples: ofLabel.length,
      int8Right: right(int8),
      float32Right: float32 && right(float32),
      championRight: champion && right(champion),
    };
    return [label, figures] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
