import type { GatePolicy } from './gate-policy.ts';
import { percent, share } from './in-words.ts';
import type { Check, ClassFigures } from './verdict.ts';

type Classes = Readonly<Record<string, ClassFigures>>;

/** A first model has no champion to beat: it must be good in itself. */
export function judgeFloors(classes: Classes, policy: GatePolicy): Check {
  const all = Object.values(classes);
  const samples = all.reduce((sum, figures) => sum + figures.samples, 0);
  const right = all.reduce((sum, { int8Right }) => sum + int8Right, 0);
  const { accuracy } = policy.floors;
  const low = belowFloor(classes, policy);
  const enough = right / samples >= accuracy;
  const passed = enough && low.length === 0;
  const reason = [
    `Right on ${share(right, samples)} test samples, expected at least ${percent(accuracy)}.`,
    ...low,
    ...unjudged(classes, policy),
    ...(passed ? ['There is no champion to compare with.'] : []),
  ].join(' ');
  return { name: 'floors', passed, reason, samplesNeeded: null };
}

/** What the champion does not know can't be compared: such classes are held to the floor. */
export function judgeNewClasses(classes: Classes, policy: GatePolicy): Check {
  const low = belowFloor(classes, policy);
  const names = Object.keys(classes).join(', ');
  const few = Object.entries(classes).filter(
    ([, { samples }]) => samples < policy.classSamples,
  ).length;
  const reason = [
    `New since the champion: ${names}.`,
    ...low,
    ...(few > 0 ? [`${few} of them have too few test samples to be judged.`] : []),
  ].join(' ');
  return { name: 'new-classes', passed: low.length === 0, reason, samplesNeeded: null };
}

/** A class that the floor says nothing about is no class that passed. */
function unjudged(classes: Classes, { classSamples }: GatePolicy): string[] {
  const few = Object.entries(classes)
    .filter(([, { samples }]) => samples < classSamples)
    .map(([label, { samples, int8Right }]) => `${label}, right on ${share(int8Right, samples)}`);
  if (few.length === 0) return [];
  return [
    `Not judged by themselves are classes with fewer than ${classSamples} test samples: ${few.join('; ')}.`,
  ];
}

function belowFloor(classes: Classes, { floors, classSamples }: GatePolicy): string[] {
  return Object.entries(classes)
    .filter(([, { samples }]) => samples >= classSamples)
    .filter(([, { samples, int8Right }]) => !(int8Right / samples >= floors.classRecall))
    .map(
      ([label, { samples, int8Right }]) =>
        `Of ${label}, right on ${share(int8Right, samples)}, expected at least ${percent(floors.classRecall)}.`,
    );
}
