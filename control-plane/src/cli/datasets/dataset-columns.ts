import type { DatasetView } from '../../resources/dataset.ts';
import { type Column, digest, list, when } from '../output/cell.ts';

const COLUMNS: readonly Column<DatasetView>[] = [
  { head: 'VERSION', cell: ({ number }) => number, right: true },
  { head: 'FINGERPRINT', cell: ({ fingerprint }) => digest(fingerprint) },
  { head: 'TRAIN', cell: ({ counts }) => counts.train, right: true },
  { head: 'VALIDATION', cell: ({ counts }) => counts.validation, right: true },
  { head: 'TEST', cell: ({ counts }) => counts.test, right: true },
  { head: 'CLASSES', cell: ({ classes }) => list(classes) },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
];

/** Of a list: whether a model can be trained on it, in a word. Why not: `datasets show`. */
export const LISTED_COLUMNS: readonly Column<DatasetView>[] = [
  ...COLUMNS,
  { head: 'TRAINABLE', cell: ({ untrainable }) => (untrainable === null ? 'yes' : 'no') },
];

export const DATASET_COLUMNS: readonly Column<DatasetView>[] = [
  ...COLUMNS,
  { head: 'UNBIASED', cell: ({ counts }) => counts.unbiased },
  { head: 'REMOVED', cell: ({ removed }) => removed },
  { head: 'UNTRAINABLE', cell: ({ untrainable }) => untrainable },
];
