import type { ModelDetails, ModelLineage, ModelSummary } from '../../resources/model.ts';
import { type Column, digest, list, percent, state, when } from '../output/cell.ts';

export const MODEL_COLUMNS: readonly Column<ModelSummary>[] = [
  { head: 'MODEL', cell: ({ digest: model }) => digest(model), keep: true },
  { head: 'TASK', cell: ({ task }) => task },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'STATE', cell: ({ state: word }) => state(word) },
  { head: 'ACCURACY', cell: ({ accuracy }) => percent(accuracy), right: true },
  { head: 'ALIASES', cell: ({ aliases }) => list(aliases) },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
];

export const MODEL_FIELDS: readonly Column<ModelDetails>[] = [
  { head: 'DIGEST', cell: ({ digest: model }) => model },
  ...MODEL_COLUMNS.slice(1),
  { head: 'REFUSED FOR', cell: ({ refusal }) => refusal && `${refusal.code}: ${refusal.message}` },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
  { head: 'CLASSES', cell: ({ manifest }) => list(manifest.classes) },
  { head: 'VARIANTS', cell: ({ manifest }) => list(Object.keys(manifest.variants)) },
  { head: 'PARENT', cell: ({ parent }) => digest(parent) },
  { head: 'JOB', cell: ({ job }) => job },
  { head: 'DATASET', cell: ({ dataset }) => digest(dataset) },
  { head: 'SIGNED BY', cell: ({ signature }) => signature?.keyId },
];

export const LINEAGE_FIELDS: readonly Column<ModelLineage>[] = [
  { head: 'MODEL', cell: ({ digest: model }) => digest(model) },
  { head: 'PARENTS', cell: ({ parents }) => list(parents.map((parent) => parent.slice(0, 12))) },
  { head: 'JOB', cell: ({ job }) => job },
  { head: 'DATASET', cell: ({ dataset }) => dataset.version ?? digest(dataset.fingerprint) },
  { head: 'SAMPLES', cell: ({ dataset }) => dataset.samples },
  { head: 'CODE', cell: ({ code }) => JSON.stringify(code) },
];

export const ORIGIN_COLUMNS: readonly Column<ModelLineage['dataset']['origins'][number]>[] = [
  { head: 'DEVICE', cell: ({ device }) => device ?? 'imported' },
  { head: 'CAMERA', cell: ({ camera }) => camera },
  { head: 'SAMPLES', cell: ({ samples }) => samples, right: true },
];

export const RUNNER_COLUMNS: readonly Column<ModelLineage['devices'][number]>[] = [
  { head: 'DEVICE', cell: ({ device }) => device, keep: true },
  { head: 'SITE', cell: ({ site }) => site },
  { head: 'SLOTS', cell: ({ slots }) => list(slots) },
  { head: 'LAST SEEN', cell: ({ lastSeenAt }) => when(lastSeenAt) },
];
