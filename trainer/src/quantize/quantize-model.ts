import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type CalibrationMethod,
  type QuantizationReport,
  quantize,
  readClassifier,
  runtimeVersion,
} from '@edgeloop/onnx';
import { evaluationCrop, floatTensorPlan, type Sha256 } from '@edgeloop/protocol';
import { readPictureFolder } from '../dataset/picture-folder.ts';
import { TrainerError } from '../errors.ts';
import { logitsOf } from '../evaluate/evaluate.ts';
import { type OpenForm, openForm } from '../fit/open-form.ts';
import { Sessions } from '../fit/sessions.ts';
import { checkTarget } from '../package/check-target.ts';
import { recoverTarget } from '../package/recover-target.ts';
import { writePackage } from '../package/write-package.ts';

type Rgb = readonly [number, number, number];

export interface QuantizeOptions {
  /** An ONNX classifier over `float32[N, 3, size, size]`. */
  readonly model: string;
  /** Pictures as the model will see them, labelled or not. */
  readonly calibration: string;
  readonly out: string;
  readonly force: boolean;
  readonly name: string;
  readonly version: string;
  /** A file with a class a line, in the order of the logits; null for `class 0`, `class 1`… */
  readonly labels: string | null;
  /** For a model that leaves it open. */
  readonly size: number | null;
  readonly mean: Rgb;
  readonly std: Rgb;
  readonly pictures: number;
  readonly method: CalibrationMethod | 'auto';
  readonly budget: number | null;
  readonly reduceRange: boolean;
  readonly threads: number;
}

export type QuantizeSummary = QuantizationReport & {
  readonly package: Sha256;
  /** Share of the calibration pictures that INT8 and FP32 give the same class. */
  readonly agreement: number;
  readonly fp32Bytes: number;
  readonly int8Bytes: number;
  readonly skipped: readonly string[];
};

const GOLDEN_CASES = 4;
const BATCH = 8;

/** From an FP32 classifier and some pictures to a package. */
export async function quantizeModel(
  options: QuantizeOptions,
  signal: AbortSignal,
): Promise<QuantizeSummary> {
  await recoverTarget(options.out);
  await checkTarget(options.out, options.force);
  const sessions = await Sessions.begin(options.threads, signal);
  try {
    return await quantizeIn(sessions, options, signal);
  } catch (error) {
    // A session that the interruption closed fails first.
    signal.throwIfAborted();
    throw error;
  } finally {
    await sessions.close();
  }
}

async function quantizeIn(
  sessions: Sessions,
  options: QuantizeOptions,
  signal: AbortSignal,
): Promise<QuantizeSummary> {
  const { mean, std, threads, budget, method, reduceRange } = options;
  const { model, size: own } = readClassifier(await readModel(options.model));
  const size = chooseSize(options, own);
  const crop = evaluationCrop(size);
  const { pictures, skipped } = await readPictureFolder(
    options.calibration,
    crop,
    options.pictures,
    signal,
  );
  const crops = pictures.map((picture) => picture.crop);
  const tensor = floatTensorPlan(mean, std);
  const float32 = await openForm(sessions, 'float32', { bytes: model, tensor, side: size });
  // First: what is wrong with the labels should not be told after a minute.
  const { length } = await float32.content.run(crops[0] as Uint8Array);
  const classes = await readLabels(options.labels, length);
  const quantized = await quantize(model, crops, {
    size,
    mean,
    std,
    threads,
    method,
    reduceRange,
    signal,
    ...(budget !== null && { budget }),
  });
  const { model: bytes, tensorPlan, report } = quantized;
  const int8 = await openForm(sessions, 'int8', { bytes, tensor: tensorPlan, side: size });
  const agreement = await agreementOf(float32, int8, crops, signal);
  const digest = await writePackage(options.out, {
    name: options.name,
    classes,
    crop,
    variants: { int8: int8.content, float32: float32.content },
    goldenPictures: pictures.slice(0, GOLDEN_CASES).map(({ bytes }) => bytes),
    quantization: { ...report, agreement },
    lineage: {
      dataset: fingerprint(pictures.map(({ bytes }) => bytes)),
      recipe: { source: sha256(model), method, reduceRange, ...(budget !== null && { budget }) },
      code: { trainer: options.version, onnxruntime: runtimeVersion() },
    },
  });
  return {
    package: digest,
    ...report,
    agreement,
    skipped,
    fp32Bytes: model.length,
    int8Bytes: bytes.length,
  };
}

/** Share of the crops that both forms give the same class. */
async function agreementOf(
  a: OpenForm,
  b: OpenForm,
  crops: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<number> {
  let same = 0;
  for (let from = 0; from < crops.length; from += BATCH) {
    signal.throwIfAborted();
    const some = crops.slice(from, from + BATCH);
    const [ofA, ofB] = [await topsOf(a, some), await topsOf(b, some)];
    same += ofA.filter((top, i) => top === ofB[i]).length;
  }
  return same / crops.length;
}

/** The class of the highest logit, of each crop. */
async function topsOf(
  { session, side, tensor }: OpenForm,
  crops: readonly Uint8Array[],
): Promise<number[]> {
  const rows = await logitsOf(session, crops, side, tensor);
  return rows.map((logits) => logits.indexOf(Math.max(...logits)));
}

function chooseSize({ model, size }: QuantizeOptions, own: number | null): number {
  const chosen = own ?? size;
  if (chosen === null || (size !== null && size !== chosen)) {
    throw new TrainerError(
      'OPTION_INVALID',
      own === null
        ? `Expected --size for ${model}, which leaves the side of its input open, received none.`
        : `Expected --size ${own} or none for ${model}, whose input has that side, received ${size}.`,
    );
  }
  return chosen;
}

async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TrainerError(
      'MODEL_NOT_FOUND',
      `Expected an ONNX model at ${path}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function readLabels(path: string | null, count: number): Promise<string[]> {
  if (path === null) return Array.from({ length: count }, (_, i) => `class ${i}`);
  const lines = (await readFile(path, 'utf8').catch(() => '')).split(/\r?\n/).filter(Boolean);
  if (lines.length !== count) {
    throw new TrainerError(
      'OPTION_INVALID',
      `Expected a file with ${count} classes, one a line, for the ${count} logits of the model, received ${lines.length} in ${path}.`,
    );
  }
  // ImageNet has two cranes, a bird and a machine.
  const repeated = new Set(lines.filter((name, i) => lines.indexOf(name) !== i));
  return lines.map((name, i) => (repeated.has(name) ? `${name} (${i})` : name));
}

const sha256 = (bytes: Uint8Array | string) =>
  createHash('sha256').update(bytes).digest('hex') as Sha256;

const fingerprint = (pictures: readonly Uint8Array[]) =>
  sha256(
    pictures
      .map((bytes) => `${sha256(bytes)}\n`)
      .sort()
      .join(''),
  );
