import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ProtocolError } from '../errors.ts';
import { Ids } from '../id-schemas.ts';
import { explainMismatch } from '../mismatch.ts';
import { parseJson } from '../parse-json.ts';
import { CropPlan, TensorPlan } from '../preprocess/plan.ts';

const Count = Type.Integer({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0, maximum: 1 });

/**
 * A file of the package. The path is relative, with forward slashes, and never leaves the folder.
 */
export const FileReference = Type.Object({
  path: Type.String({
    pattern: '^(?!.*(?:^|/)\\.\\.?(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*$',
  }),
  bytes: Count,
  sha256: Ids.sha256,
});
export type FileReference = Static<typeof FileReference>;

/** What scores are worth, and the temperature that mends them: softmax(logits / temperature). */
export const Calibration = Type.Object({
  /** Least loss on the validation side; 1 where that was too small to tell. */
  temperature: Type.Number({ exclusiveMinimum: 0 }),
  /** Pictures that it was fitted on. */
  samples: Count,
  /**
   * Expected calibration error on the test side, in 15 bins: of the bare scores, and with the
   * temperature.
   */
  ece: Type.Object({ before: Ratio, after: Ratio }),
});
export type Calibration = Static<typeof Calibration>;

/**
 * One executable form of the model. Inputs: `input`; outputs: `logits[N, classes]`, `embedding[N,
 * 512]`, float32.
 */
export const Variant = Type.Object({
  file: FileReference,
  tensor: TensorPlan,
  /** Missing where a model from elsewhere was quantized. */
  calibration: Type.Optional(Calibration),
});
export type Variant = Static<typeof Variant>;

/** A picture with what the model made of it where it was trained: from JPEG bytes to logits. */
export const GoldenCase = Type.Object({
  image: FileReference,
  /** The picture after the crop plan: `uint8[crop, crop, 3]`. */
  cropped: FileReference,
  /** Logits by variant, in the order of `classes`. */
  logits: Type.Record(Type.String(), Type.Array(Type.Number())),
});
export type GoldenCase = Static<typeof GoldenCase>;

/** Evaluation on the test side of the split, by variant. */
export const Evaluation = Type.Object({
  accuracy: Ratio,
  /** Rows: truth, columns: prediction, in the order of `classes`. */
  confusion: Type.Array(Type.Array(Count)),
  perClass: Type.Record(
    Type.String(),
    Type.Object({ precision: Ratio, recall: Ratio, samples: Count }),
  ),
});
export type Evaluation = Static<typeof Evaluation>;

const Decibels = Type.Number();

/**
 * How INT8 was made, and how near it is to FP32 on the calibration pictures. Signal to noise of the
 * logits, dB.
 */
export const Quantization = Type.Object({
  /** How the ranges of activations were chosen, and what was tried. */
  method: Type.String({ minLength: 1 }),
  methods: Type.Array(Type.Object({ method: Type.String({ minLength: 1 }), decibels: Decibels })),
  decibels: Decibels,
  /** Each layer quantized alone, the worst first; empty where nobody asked. */
  layers: Type.Array(Type.Object({ layer: Type.String(), decibels: Decibels })),
  /** Layers that were kept in float. */
  floatLayers: Type.Array(Type.String()),
  pictures: Count,
  /** Share of them that both give the same class. */
  agreement: Type.Optional(Ratio),
});
export type Quantization = Static<typeof Quantization>;

/** What it was trained and tested on, and how well. */
export const Metrics = Type.Object({
  samples: Type.Object({ train: Count, validation: Count, test: Count, skipped: Count }),
  trainAccuracy: Ratio,
  validationAccuracy: Ratio,
  test: Type.Record(Type.String(), Evaluation),
  /** The prediction for each test sample, one JSON object a line. */
  predictions: FileReference,
});
export type Metrics = Static<typeof Metrics>;

/** `manifest.json`. Timeless: the same training gives the same bytes. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  name: Type.String({ minLength: 1 }),
  classes: Type.Array(Type.String({ minLength: 1 }), { minItems: 2 }),
  crop: CropPlan,
  variants: Type.Record(Type.String(), Variant),
  golden: Type.Object({
    cases: Type.Array(GoldenCase, { minItems: 1 }),
    tolerance: Type.Object({
      /** Greatest mean difference of the cropped picture's bytes (decoders round differently). */
      croppedMean: Type.Number({ minimum: 0 }),
      /** Greatest difference of a softmax score. */
      score: Type.Number({ minimum: 0 }),
    }),
  }),
  /** What a device needs to run it; what is absent is not needed. */
  requires: Type.Optional(
    Type.Object({
      agent: Type.Optional(
        Type.String({
          pattern: '^\\d+\\.\\d+\\.\\d+$',
          description: 'Version of the agent, or a later one',
        }),
      ),
    }),
  ),
  /** Missing where a model from elsewhere was quantized. */
  metrics: Type.Optional(Metrics),
  quantization: Type.Optional(Quantization),
  lineage: Type.Object({
    /** SHA-256 over the sorted digests and labels of all samples. */
    dataset: Ids.sha256,
    /** How it was trained: seed, epochs, learning rate, augmentation… */
    recipe: Type.Record(Type.String(), Type.Unknown()),
    /** Versions of the code and the runtime. */
    code: Type.Record(Type.String(), Type.String()),
  }),
});
export type Manifest = Static<typeof Manifest>;

export const MANIFEST_FILE = 'manifest.json';

const validator = Compile(Manifest);

/**
 * Parses `manifest.json`. Checks shape and inner agreement, not the files.
 * @throws ProtocolError `PACKAGE_MANIFEST_INVALID`, `PROTOCOL_VERSION_UNKNOWN` for another format
 * than 1.
 */
export function parseManifest(text: string): Manifest {
  const value = parseText(text);
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format !== 1) {
    throw new ProtocolError(
      'PROTOCOL_VERSION_UNKNOWN',
      `Expected package format 1, received ${format}. The package is newer than this program: update it.`,
    );
  }
  if (!validator.Check(value)) throw invalid(explainMismatch(Manifest, value));
  checkAgreement(value);
  return value;
}

function parseText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw invalid(`expected JSON, received ${JSON.stringify(text.slice(0, 40))}.`, { cause });
  }
}

function checkAgreement({ classes, crop, golden, metrics, variants }: Manifest): void {
  if (new Set(classes).size !== classes.length) throw invalid('expected distinct classes.');
  if (crop.crop > crop.resize) {
    throw invalid(`expected crop at most resize (${crop.resize}), received ${crop.crop}.`);
  }
  const names = Object.keys(variants);
  // What checks a package variant by variant would find nothing wrong with none.
  if (names.length === 0) throw invalid('expected at least one variant, received none.');
  for (const name of names) {
    if (metrics && !Object.hasOwn(metrics.test, name))
      throw invalid(`expected metrics.test.${name}.`);
    for (const { image, logits } of golden.cases) {
      // Its own: a variant may be called as something is that every object has.
      const own = Object.hasOwn(logits, name) ? logits[name] : undefined;
      if (own?.length !== classes.length) {
        throw invalid(
          `expected ${classes.length} logits of ${name} for ${image.path}, received ${own?.length ?? 0}.`,
        );
      }
    }
  }
}

function invalid(reason: string, options?: ErrorOptions): ProtocolError {
  return new ProtocolError('PACKAGE_MANIFEST_INVALID', `${MANIFEST_FILE}: ${reason}`, options);
}

/** Every file that the manifest names, variants first. */
export function packageFiles(manifest: Manifest): FileReference[] {
  return [
    ...Object.values(manifest.variants).map(({ file }) => file),
    ...goldenFiles(manifest),
    ...(manifest.metrics ? [manifest.metrics.predictions] : []),
  ];
}

/**
 * What it takes to run one variant, and to know that it runs as it should: all that a device
 * fetches.
 */
export function variantFiles(manifest: Manifest, variant: Variant): FileReference[] {
  return [variant.file, ...goldenFiles(manifest)];
}

function goldenFiles({ golden }: Manifest): FileReference[] {
  return golden.cases.flatMap(({ image, cropped }) => [image, cropped]);
}
