import { softmax } from '@edgeloop/onnx';
import type { Calibration, Evaluation } from '@edgeloop/protocol';
import {
  calibrate,
  type Judged,
  type ReliabilityBin,
  reliability,
} from '../evaluate/calibration.ts';
import type { Latency } from '../evaluate/latency.ts';
import { learningVerdict } from '../evaluate/learning-verdict.ts';
import { summarize } from '../evaluate/metrics.ts';
import { type Share, wilson } from '../evaluate/wilson.ts';
import type { Form, RunRecord } from './run-record.ts';

/** Pictures of one class: on each side, and how the INT8 model did on the test side. */
export interface ClassFigures {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Of the test pictures of this class, those that were given it. */
  readonly recall: Share;
  /** Of the test pictures that were given this class, those that are of it. */
  readonly precision: Share;
}

/** One form of the model on the test side. */
export interface FormFigures {
  readonly bytes: number;
  readonly accuracy: Share;
  /** Rows: truth, columns: guess, in the order of the classes. */
  readonly confusion: Evaluation['confusion'];
  readonly calibration: Calibration & {
    /** Of the bare scores, and with the temperature. */
    readonly reliability: {
      readonly before: readonly ReliabilityBin[];
      readonly after: readonly ReliabilityBin[];
    };
  };
  readonly latency: readonly Latency[];
}

/** A test picture that the INT8 model got wrong. */
export interface Mistake {
  readonly file: string;
  readonly truth: string;
  readonly guess: string;
  /** Of the guess, without the temperature. */
  readonly score: number;
  readonly float32Guess: string;
}

/** `metrics.json`: every figure of the report. */
export interface RunFigures
  extends Omit<
    RunRecord,
    | 'train'
    | 'validation'
    | 'test'
    | 'validationJudged'
    | 'testJudged'
    | 'bytes'
    | 'latency'
    | 'classes'
    | 'learning'
  > {
  readonly format: 1;
  readonly classes: readonly ClassFigures[];
  readonly validationAccuracy: Share;
  readonly int8: FormFigures;
  readonly float32: FormFigures;
  /** Test pictures that both forms give the same class. */
  readonly agreement: Share;
  /** How many the INT8 model got wrong, and the most confident of them, the surest first. */
  readonly mistakes: { readonly count: number; readonly mostConfident: readonly Mistake[] };
  readonly learning: (NonNullable<RunRecord['learning']> & { readonly inWords: string }) | null;
}

const MOST_MISTAKES = 24;

/**
 * Works the figures out of a run. Keys come in one order, so that two files can be compared line by
 * line.
 */
export function runFigures(run: RunRecord): RunFigures {
  const { int8, float32 } = run.testJudged;
  const validation = run.validationJudged.float32;
  const wrong = mistakes(run);
  return {
    format: 1,
    name: run.name,
    package: run.package,
    started: run.started,
    seconds: run.seconds,
    imagesPerSecond: run.imagesPerSecond,
    classes: classFigures(run),
    fingerprint: run.fingerprint,
    duplicates: run.duplicates,
    skipped: run.skipped,
    int8: formFigures(run, 'int8'),
    float32: formFigures(run, 'float32'),
    agreement: share(int8, ({ predicted }, i) => predicted === float32[i]?.predicted),
    trainAccuracy: run.trainAccuracy,
    validationAccuracy: share(validation, isRight),
    mistakes: { count: wrong.length, mostConfident: wrong.slice(0, MOST_MISTAKES) },
    epochs: run.epochs,
    learning: run.learning && { inWords: learningVerdict(run.learning), ...run.learning },
    quantization: run.quantization,
    recipe: run.recipe,
    baseWeights: run.baseWeights,
    versions: run.versions,
    machine: run.machine,
  };
}

function formFigures(run: RunRecord, form: Form): FormFigures {
  const judged = run.testJudged[form];
  const calibration = calibrate(run.validationJudged[form], judged);
  return {
    bytes: run.bytes[form],
    accuracy: share(judged, isRight),
    confusion: summarize(judged, run.classes).confusion,
    calibration: {
      ...calibration,
      reliability: {
        before: reliability(judged),
        after: reliability(judged, calibration.temperature),
      },
    },
    latency: run.latency[form],
  };
}

function classFigures({ classes, train, validation, test, testJudged }: RunRecord): ClassFigures[] {
  return classes.map((name, label) => {
    const count = (side: RunRecord['train']) => side.filter((one) => one.label === label).length;
    const ofClass = testJudged.int8.filter((one) => one.label === label);
    const given = testJudged.int8.filter((one) => one.predicted === label);
    return {
      name,
      train: count(train),
      validation: count(validation),
      test: count(test),
      recall: share(ofClass, isRight),
      precision: share(given, isRight),
    };
  });
}

function mistakes({ classes, test, testJudged }: RunRecord): Mistake[] {
  return testJudged.int8
    .map((judged, i) => ({ judged, file: test[i]?.file ?? '', float32: testJudged.float32[i] }))
    .filter(({ judged }) => !isRight(judged))
    .map(({ judged, file, float32 }) => ({
      file,
      truth: classes[judged.label] ?? '',
      guess: classes[judged.predicted] ?? '',
      score: softmax(judged.logits)[judged.predicted] ?? 0,
      float32Guess: classes[float32?.predicted ?? -1] ?? '',
    }))
    .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1));
}

const isRight = ({ label, predicted }: Pick<Judged, 'label' | 'predicted'>) => label === predicted;

function share<T>(items: readonly T[], counts: (item: T, index: number) => boolean): Share {
  return wilson(items.filter(counts).length, items.length);
}
