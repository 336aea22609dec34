import { evenlySpaced } from '@edgeloop/onnx';

const CALIBRATION_PICTURES = 200;
const ACCURACY_PICTURES = 1000;

/**
 * What INT8 is calibrated on. A training side stands class by class: its first pictures are all of
 * one.
 */
export const calibrationSamples = <T>(train: readonly T[]): T[] =>
  evenlySpaced(train, CALIBRATION_PICTURES);

/** What the accuracy on the training side is told by. */
export const accuracySamples = <T>(train: readonly T[]): T[] =>
  evenlySpaced(train, ACCURACY_PICTURES);
