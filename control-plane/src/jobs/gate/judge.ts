import type { Sha256 } from '@edgeloop/protocol';
import { classFigures } from './class-figures.ts';
import { compare, judgeComparison } from './compare-champion.ts';
import type { GatePolicy } from './gate-policy.ts';
import { judgeFloors, judgeNewClasses } from './judge-floors.ts';
import { judgeQuantization } from './judge-quantization.ts';
import type { Predictions, TestSample, Unreadable } from './read-predictions.ts';
import type { Check, ClassFigures, Verdict } from './verdict.ts';

export interface Champion {
  readonly package: Sha256;
  readonly classes: readonly string[];
  /** Of its INT8 form for the same test side; null: nobody ran it. */
  readonly predictions: Predictions | Unreadable | null;
}

export interface GateCase {
  /** The whole test side of the dataset that it was trained on. */
  readonly samples: readonly TestSample[];
  /** `predictions.jsonl` of its package, held against these samples. */
  readonly predictions: Predictions | Unreadable;
  /** Null for the first model of a task. */
  readonly champion: Champion | null;
}

/**
 * What stands against another answer than no, whatever goes wrong on the way: every check must have
 * passed.
 */
export function judge(
  { samples: all, predictions: own, champion }: GateCase,
  policy: GatePolicy,
): Verdict {
  const samples = all.filter(({ removed }) => !removed);
  const refused = (name: Check['name'], reason: string, samplesNeeded: number | null = null) =>
    verdict([{ name, passed: false, reason, samplesNeeded }], EMPTY(samples.length), policy);

  if (samples.length < policy.leastSamples) {
    return refused(
      'samples',
      `Expected at least ${policy.leastSamples} test samples, received ${samples.length}. Label more: a random part of them goes to the test side.`,
      policy.leastSamples,
    );
  }
  if ('problem' in own) {
    return refused('predictions', `The predictions can't be judged. ${own.problem}`);
  }
  const asked = champion && (champion.predictions ?? NOT_RUN);
  if (asked && 'problem' in asked) {
    return refused('predictions', `The champion's predictions can't be judged. ${asked.problem}`);
  }
  return judgeReadable(samples, own, champion && asked && { ...champion, ...asked }, policy);
}

function judgeReadable(
  samples: readonly TestSample[],
  own: Predictions,
  champion: (Champion & Predictions) | null,
  policy: GatePolicy,
): Verdict {
  const figures = classFigures(samples, { ...own, champion: champion?.int8 ?? null });
  const known = (label: string) => champion?.classes.includes(label) ?? false;
  const comparison =
    champion &&
    compare(
      samples.filter(({ label }) => known(label)),
      own.int8,
      { package: champion.package, calls: champion.int8 },
    );
  const fresh = Object.fromEntries(Object.entries(figures).filter(([label]) => !known(label)));
  const checks = [
    comparison ? judgeComparison(comparison, policy) : judgeFloors(figures, policy),
    ...(comparison && Object.keys(fresh).length > 0 ? [judgeNewClasses(fresh, policy)] : []),
    judgeQuantization(figures, policy),
  ];
  const total = (right: (figures: ClassFigures) => number | null) =>
    Object.values(figures).reduce((sum, each) => sum + (right(each) ?? 0), 0);
  return verdict(
    checks,
    {
      samples: samples.length,
      int8Right: total(({ int8Right }) => int8Right),
      float32Right: own.float32 && total(({ float32Right }) => float32Right),
      comparison,
      classes: figures,
    },
    policy,
  );
}

const NOT_RUN: Unreadable = { problem: 'It was not run on this test side.' };

const EMPTY = (samples: number): Verdict['figures'] => ({
  samples,
  int8Right: null,
  float32Right: null,
  comparison: null,
  classes: {},
});

function verdict(
  checks: readonly Check[],
  figures: Verdict['figures'],
  policy: GatePolicy,
): Verdict {
  const passed = checks.length > 0 && checks.every((check) => check.passed);
  return { passed, checks: [...checks], figures, policy };
}
