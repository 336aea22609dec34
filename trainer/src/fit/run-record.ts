import { basename } from 'node:path';
import type { Manifest } from '@edgeloop/protocol';
import type { ImageFolder, Sample } from '../dataset/image-folder.ts';
import type { Split } from '../dataset/split.ts';
import type { LearningCurve } from '../evaluate/learning-curve.ts';
import { describeMachine } from '../report/machine.ts';
import type { RunRecord } from '../report/run-record.ts';
import type { RunIdentity } from '../run/checkpoint.ts';
import type { FinishedModel } from './finished-model.ts';
import type { FitOptions, FitSummary } from './fit-options.ts';
import type { TrainingRun } from './train.ts';

interface FinishedFit {
  readonly options: FitOptions;
  readonly summary: FitSummary;
  readonly dataset: ImageFolder;
  readonly split: Split<Sample>;
  readonly trained: TrainingRun;
  readonly model: FinishedModel;
  readonly learning: LearningCurve | null;
  readonly origin: Manifest['lineage'];
  readonly identity: RunIdentity;
  readonly started: string;
}

/** All that the report of a finished fit is made of. */
export function runRecord(finished: FinishedFit): RunRecord {
  const { options, summary, dataset, split, trained, model, learning, origin } = finished;
  const { started, identity } = finished;
  const { seconds, imagesPerSecond, trainAccuracy, int8Bytes, fp32Bytes } = summary;
  return {
    name: options.name,
    package: summary.package,
    seconds,
    imagesPerSecond,
    trainAccuracy,
    started,
    classes: dataset.classes,
    fingerprint: origin.dataset,
    ...split,
    learning,
    duplicates: dataset.duplicates,
    skipped: dataset.skipped,
    ...model.judged,
    epochs: trained.history.map(({ validation, ...epoch }, i) => ({
      ...epoch,
      epoch: i + 1,
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
    })),
    bytes: { int8: int8Bytes, float32: fp32Bytes },
    quantization: model.content.quantization,
    recipe: origin.recipe,
    baseWeights: options.init && {
      file: basename(options.init.path),
      sha256: identity.init as RunRecord['fingerprint'],
    },
    versions: { ...origin.code, node: process.version },
    machine: describeMachine(),
  };
}
