import type { QuantizationReport } from '@edgeloop/onnx';
import type { Sha256 } from '@edgeloop/protocol';
import type { Judged } from '../evaluate/calibration.ts';
import type { Latency } from '../evaluate/latency.ts';
import type { LearningCurve } from '../evaluate/learning-curve.ts';

/** The two forms of a model, under the names of the package's variants. */
export type Form = 'int8' | 'float32';

/** One time through the training side. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  /** Means over the steps, with augmentation and label smoothing, each before its update. */
  readonly loss: number;
  readonly accuracy: number;
  /** Of the weights after the epoch, without either. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** Of the last step. */
  readonly learningRate: number;
}

/** A file of the weights that training began with. */
interface BaseWeights {
  /** Its name, without a folder. */
  readonly file: string;
  readonly sha256: Sha256;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** As `linux x64`. */
  readonly system: string;
}

interface LabelledPicture {
  /** Relative to the data set's folder, with forward slashes. */
  readonly file: string;
  /** Index into the classes. */
  readonly label: number;
}

/** What a finished run knows of itself: all that its report and its figures are made of. */
export interface RunRecord {
  /** Of the model. */
  readonly name: string;
  /** Digest of the package's manifest. */
  readonly package: Sha256;
  /** ISO 8601, UTC. Of a run that was resumed: when it began at first. */
  readonly started: string;
  /** Of the whole run. */
  readonly seconds: number;
  /** Of the training steps alone. */
  readonly imagesPerSecond: number;
  readonly classes: readonly string[];
  /** SHA-256 over the digests and labels of all samples, as in the manifest's lineage. */
  readonly fingerprint: Sha256;
  readonly train: readonly LabelledPicture[];
  readonly validation: readonly LabelledPicture[];
  readonly test: readonly LabelledPicture[];
  /** Files whose bytes another file of the same class has; each is one sample. */
  readonly duplicates: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** In order, those of before a resumption too. */
  readonly epochs: readonly EpochFigures[];
  /** Of the FP32 model, without augmentation. */
  readonly trainAccuracy: number;
  /** What each form made of each picture of `validation` and of `test`, in their order. */
  readonly validationJudged: Readonly<Record<Form, readonly Judged[]>>;
  readonly testJudged: Readonly<Record<Form, readonly Judged[]>>;
  /** Of the model file. */
  readonly bytes: Readonly<Record<Form, number>>;
  /** One entry a number of threads, the same numbers for both; empty where it was not measured. */
  readonly latency: Readonly<Record<Form, readonly Latency[]>>;
  readonly quantization: QuantizationReport;
  /** Null where it was not measured. */
  readonly learning: LearningCurve | null;
  /** Options by their name in the recipe, as in the manifest's lineage. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Null for random weights. */
  readonly baseWeights: BaseWeights | null;
  /** Of the trainer, onnxruntime, node… */
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Machine;
}
