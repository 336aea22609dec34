import { parseId, type Sha256 } from '@edgeloop/protocol';
import {
  DEFAULT_GATE,
  type GatePolicy,
} from '../../../../control-plane/src/jobs/gate/gate-policy.ts';
import { type Champion, judge } from '../../../../control-plane/src/jobs/gate/judge.ts';
import {
  readPredictions,
  type TestSample,
} from '../../../../control-plane/src/jobs/gate/read-predictions.ts';

export const digest = (i: number): Sha256 => parseId('sha256', i.toString(16).padStart(64, '0'));
export const CLASSES = ['good', 'scratch'];

/** Alternating classes. */
export const testSide = (count: number, classes: readonly string[] = CLASSES): TestSample[] =>
  Array.from({ length: count }, (_, i) => ({
    sha256: digest(i),
    label: classes[i % classes.length] as string,
  }));

export const call = (label: string, classes: readonly string[]) => ({
  label,
  scores: classes.map((name) => (name === label ? 0.9 : 0.1)),
});

export type Wrong = (index: number) => boolean;

/** Lines that are right but where told. */
export function lines(
  samples: readonly TestSample[],
  wrong: { readonly int8: Wrong; readonly float32?: Wrong },
  classes: readonly string[] = CLASSES,
): string {
  const one = (label: string, isWrong: boolean) =>
    call(isWrong ? (classes.find((name) => name !== label) as string) : label, classes);
  const { int8, float32 } = wrong;
  return samples
    .map(({ sha256, label }, i) =>
      JSON.stringify({
        sha256,
        label,
        int8: one(label, int8(i)),
        ...(float32 && { float32: one(label, float32(i)) }),
      }),
    )
    .join('\n');
}

export const below = (count: number) => (i: number) => i < count;

/** As the gate reads them. */
export function read(
  text: string,
  samples: readonly TestSample[],
  classes: readonly string[] = CLASSES,
) {
  async function* content() {
    yield Buffer.from(text);
  }
  return readPredictions(content(), samples, classes);
}

export const champion = (predictions: Champion['predictions'], classes = CLASSES): Champion => ({
  package: digest(0xc),
  classes,
  predictions,
});

export async function verdictOf(
  samples: readonly TestSample[],
  wrong: Wrong,
  championWrong: Wrong | null,
  policy: Partial<GatePolicy> = {},
) {
  const called = (as: Parameters<typeof lines>[1]) => read(lines(samples, as), samples);
  return judge(
    {
      samples,
      predictions: await called({ int8: wrong, float32: wrong }),
      champion: championWrong && champion(await called({ int8: championWrong })),
    },
    { ...DEFAULT_GATE, ...policy },
  );
}

export const failed = ({ checks }: ReturnType<typeof judge>) =>
  checks.filter(({ passed }) => !passed);
