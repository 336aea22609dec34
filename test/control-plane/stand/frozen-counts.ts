import { parseId } from '@edgeloop/protocol';
import type { DatasetCounts } from '../../../control-plane/src/datasets/dataset-version.ts';

const COUNTS: DatasetCounts = {
  train: 2,
  validation: 1,
  test: 1,
  unbiased: 0,
  byClass: {
    a: { train: 1, validation: 1, test: 1 },
    b: { train: 1, validation: 0, test: 0 },
  },
};

/** Of a dataset version as the database has it, on which a model can be trained. */
export const FROZEN_COUNTS = JSON.stringify(COUNTS);

/** The one picture of its test side, as the database has it; it went with its device. */
export const GONE_FROM_TEST = {
  sha256: parseId('sha256', 'a'.repeat(64)),
  label: 'a',
  side: 'test',
  unbiased: 0,
  device: null,
  camera: null,
} as const;
