import { count, counted, percent, pointsOf } from './format.ts';
import type { ClassFigures, RunFigures } from './run-figures.ts';

/** What a reader should know first, in words. */
export interface Finding {
  readonly state: 'good' | 'attention';
  readonly text: string;
}

/** Accuracy that INT8 may lose. */
const INT8_LOSS = 0.01;
/** How far the training side may be above the test side. */
const MEMORIZED = 0.1;
/** A class is behind when even the upper end of its interval is below the accuracy over all. */
const FEW_TEST_PICTURES = 30;
/** Score and accuracy may differ so much after all. */
const MISCALIBRATED = 0.1;

/** State before structure: what needs attention first, then what is good to know. */
export function findings(figures: RunFigures): Finding[] {
  const found = [
    int8Loss(figures),
    weakestClass(figures),
    memorized(figures),
    fewTestPictures(figures),
    miscalibrated(figures),
    skipped(figures),
    labels(figures),
  ].filter((finding) => finding !== null);
  return [
    ...found.filter(({ state }) => state === 'attention'),
    ...found.filter(({ state }) => state === 'good'),
  ];
}

function int8Loss({ int8, float32, agreement }: RunFigures): Finding {
  const difference = int8.accuracy.value - float32.accuracy.value;
  const same = `the same class on ${percent(agreement.value)} of ${counted(agreement.of, 'picture')}`;
  return difference < -INT8_LOSS
    ? { state: 'attention', text: `INT8 is ${pointsOf(difference)} from FP32; ${same}.` }
    : { state: 'good', text: `INT8 against FP32: ${pointsOf(difference)} of accuracy, ${same}.` };
}

function weakestClass({ classes, int8 }: RunFigures): Finding | null {
  const tested = classes.filter(({ test }) => test > 0);
  const [first] = tested;
  if (!first) return null;
  const weakest = tested.reduce(
    (low: ClassFigures, one) => (one.recall.value < low.recall.value ? one : low),
    first,
  );
  const { name, recall } = weakest;
  if (recall.high >= int8.accuracy.value) return null;
  return {
    state: 'attention',
    text: `“${name}” is missed most: ${recall.right} of its ${counted(recall.of, 'test picture')} found.`,
  };
}

function memorized({ trainAccuracy, float32 }: RunFigures): Finding | null {
  if (trainAccuracy - float32.accuracy.high < 0) return null;
  if (trainAccuracy - float32.accuracy.value < MEMORIZED) return null;
  return {
    state: 'attention',
    text: `Right on ${percent(trainAccuracy)} of the pictures it was trained on, on ${percent(float32.accuracy.value)} of others: it has learned some by heart.`,
  };
}

function fewTestPictures({ int8: { accuracy } }: RunFigures): Finding | null {
  if (accuracy.of >= FEW_TEST_PICTURES) return null;
  return {
    state: 'attention',
    text: `Only ${counted(accuracy.of, 'test picture')}: the true accuracy may be anywhere from ${percent(accuracy.low, 0)} to ${percent(accuracy.high, 0)}.`,
  };
}

function miscalibrated({ int8: { calibration } }: RunFigures): Finding | null {
  if (calibration.ece.after < MISCALIBRATED) return null;
  return {
    state: 'attention',
    text: `Scores are off by ${percent(calibration.ece.after)} in the mean: do not read one as a probability.`,
  };
}

function skipped({ skipped: files }: RunFigures): Finding | null {
  if (files.length === 0) return null;
  const were = files.length === 1 ? 'was' : 'were';
  return {
    state: 'attention',
    text: `${count(files.length)} ${files.length === 1 ? 'file' : 'files'} ${were} skipped: no whole picture.`,
  };
}

function labels({ learning }: RunFigures): Finding | null {
  if (!learning) return null;
  return { state: learning.verdict === 'enough' ? 'good' : 'attention', text: learning.inWords };
}
