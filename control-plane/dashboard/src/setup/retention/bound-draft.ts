import type { RetentionSettings, RetentionView } from '../../../../src/resources/retention.ts';
import type { Meant, NumberRule } from '../../ui/number-text.ts';

type Bounds = RetentionView['bounds'];
export type BoundName = keyof Bounds;

/** What stands in the fields, in their units; null: no bound. */
export type BoundDraft = Readonly<Record<BoundName, Meant>>;

/** How a person says a bound. */
interface BoundUnit {
  /** ms, or bytes. */
  readonly size: number;
  readonly name: string;
  readonly rule: NumberRule;
}

const optional = true;
const AGE: BoundUnit = { size: 86_400_000, name: 'days', rule: { min: 1, max: 36_500, optional } };
const SIZE: BoundUnit = {
  size: 2 ** 30,
  name: 'GiB',
  rule: { min: 0.0625, max: 2 ** 20, optional },
};

export const unitOf = (name: BoundName): BoundUnit => (name.endsWith('Age') ? AGE : SIZE);

/** Four places are exact enough for 64 MiB, and short enough to be read. */
export const shownBound = (name: BoundName, value: number | null): Meant =>
  value === null ? null : Number((value / unitOf(name).size).toFixed(4));

export function draftOf(bounds: Bounds): BoundDraft {
  const names = Object.keys(bounds) as BoundName[];
  return Object.fromEntries(
    names.map((name) => [name, shownBound(name, bounds[name])]),
  ) as BoundDraft;
}

/**
 * What is to be set for the fields to hold. One that stands as the control plane was started is not
 * set, so that it follows its option; one that nobody touched stays to the byte.
 */
export function settingsOf(
  draft: BoundDraft,
  { bounds, defaults }: RetentionView,
): RetentionSettings {
  const names = Object.keys(bounds) as BoundName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const meant = draft[name];
      const is = (value: number | null) => Object.is(meant, shownBound(name, value));
      if (is(defaults[name])) return [];
      if (is(bounds[name])) return [[name, bounds[name]]];
      return [[name, meant === null ? null : Math.round(meant * unitOf(name).size)]];
    }),
  );
}
