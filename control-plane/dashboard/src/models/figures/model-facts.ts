import type { ModelView } from '../../../../src/resources/model.ts';
import { type Interval, wilsonInterval } from './wilson-interval.ts';

type Manifest = ModelView['manifest'];
type Evaluation = NonNullable<Manifest['metrics']>['test'][string];

interface ClassResult {
  readonly name: string;
  /** Of the test side. */
  readonly samples: number;
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
}

/** What the test side says of one form of a model. */
export interface FormFacts {
  readonly accuracy: number;
  readonly right: number;
  /** 0: the package does not say how many. */
  readonly samples: number;
  readonly interval: Interval | null;
  /** Rows: truth, columns: prediction. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassResult[];
}

/** What is known of a model from its package. */
export interface ModelFacts {
  /** What devices run, and what it was made from; null: not measured. */
  readonly int8: FormFacts | null;
  readonly float32: FormFacts | null;
  /** Accuracy that INT8 loses against FP32; below 0: it gains. */
  readonly int8Loss: number | null;
  readonly bytes: { readonly int8: number | null; readonly float32: number | null };
}

export function modelFacts({ classes, metrics, variants }: Manifest): ModelFacts {
  const form = (name: string): FormFacts | null => {
    const evaluation = metrics?.test[name];
    return evaluation ? formFacts(evaluation, classes) : null;
  };
  const [int8, float32] = [form('int8'), form('float32')];
  const bytes = (name: string) => variants[name]?.file.bytes ?? null;
  return {
    int8,
    float32,
    bytes: { int8: bytes('int8'), float32: bytes('float32') },
    int8Loss: int8 && float32 ? float32.accuracy - int8.accuracy : null,
  };
}

function formFacts(
  { accuracy, confusion, perClass }: Evaluation,
  names: readonly string[],
): FormFacts {
  const diagonal = confusion.map((row, i) => row[i] ?? 0);
  const rows = confusion.map(sum);
  const [right, samples] = [sum(diagonal), sum(rows)];
  return {
    accuracy,
    right,
    samples,
    interval: wilsonInterval(right, samples),
    confusion,
    classes: names.map((name, i) => ({
      name,
      samples: rows[i] ?? 0,
      right: diagonal[i] ?? 0,
      precision: perClass[name]?.precision ?? 0,
      recall: perClass[name]?.recall ?? 0,
    })),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
