import type { FloatTensor, KernelPlan, Provider } from '@edgeloop/onnx';
import { type CropPlan, evaluationCrop, type Manifest } from '@edgeloop/protocol';
import { FittedPictures } from '../dataset/fitted-pictures.ts';
import { splitAsFrozen } from '../dataset/frozen-dataset.ts';
import { type ImageFolder, readImageFolder, type Sample } from '../dataset/image-folder.ts';
import { type Split, sizesOf, splitSamples } from '../dataset/split.ts';
import { TrainerError } from '../errors.ts';
import { checkOwnTarget } from '../package/check-target.ts';
import { contradictions, inexactness, type RunIdentity } from '../run/checkpoint.ts';
import { thisMachine } from '../run/machine.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { readWeights } from '../weights/weights-file.ts';
import { type Compute, settleKernels, settleProvider } from './compute.ts';
import { partsOfStep } from './engine-options.ts';
import type { FitOptions } from './fit-options.ts';
import { datasetFingerprint, lineage } from './lineage.ts';
import type { Report } from './progress.ts';

/** Larger than what the model sees, for crops of a part of it. */
const FITTED = 1.3;

/** All that a package follows from, read and settled. */
export interface PreparedFit {
  readonly crop: CropPlan;
  readonly dataset: ImageFolder;
  readonly split: Split<Sample>;
  readonly compute: Compute;
  /** Tensors to start from; null for random ones. */
  readonly given: ReadonlyMap<string, FloatTensor> | null;
  readonly identity: RunIdentity;
  readonly origin: Manifest['lineage'];
}

/**
 * @throws TrainerError `CHECKPOINT_REFUSED` where the checkpoint is of another recipe, other
 * pictures or weights; `PACKAGE_EXISTS` where the target is no package of this run
 */
export async function prepareFit(
  run: RunFolder,
  options: FitOptions,
  report: Report,
  signal: AbortSignal,
): Promise<PreparedFit> {
  const { recipe, version } = options;
  const provider = await settleProvider(recipe, report);
  const given = options.init && (await readWeights(options.init));
  const crop = evaluationCrop(recipe.size);
  const { dataset, split } = await readPictures(options, crop, report, signal);
  const compute = {
    provider,
    kernels: await kernelsOf(run, options, split, provider, report, signal),
  };
  const identity = identify(options, compute, dataset, given?.sha256 ?? 'random');
  const origin = lineage(identity, version);
  goOn(run, identity, report);
  if (run.saved && !options.force) await checkOwnTarget(options.out, origin);
  return { crop, dataset, split, compute, given: given?.tensors ?? null, identity, origin };
}

async function readPictures(
  { folder, frozen, pictureMemory, recipe }: FitOptions,
  crop: CropPlan,
  report: Report,
  signal: AbortSignal,
): Promise<{ dataset: ImageFolder; split: Split<Sample> }> {
  report({ kind: 'reading', folder });
  const pictures = new FittedPictures(Math.round(crop.resize * FITTED), pictureMemory);
  const dataset = await readImageFolder(folder, pictures, frozen?.classes ?? null, signal);
  signal.throwIfAborted();
  const { samples, classes, skipped } = dataset;
  const shares = { validation: recipe.validationShare, test: recipe.testShare };
  const split = frozen
    ? splitAsFrozen(samples, frozen)
    : splitSamples(samples, shares, recipe.seed);
  report({ kind: 'dataset', classes, skipped, ...sizesOf(split) });
  return { dataset, split };
}

/** Those that the run began with; otherwise what is fastest here. */
async function kernelsOf(
  { saved }: RunFolder,
  { recipe, kernelFolder }: FitOptions,
  { train }: Split<Sample>,
  provider: Provider,
  report: Report,
  signal: AbortSignal,
): Promise<KernelPlan | null> {
  if (saved) return saved.identity.machine.kernels;
  if (recipe.engine !== 'onnx' || provider !== 'cpu') return null;
  const { size, threads } = recipe;
  const { part: batch } = partsOfStep(recipe, train.length);
  return settleKernels({ size, batch, threads }, kernelFolder, report, signal);
}

function identify(
  { recipe: { threads, ...recipe }, version: trainer, frozen }: FitOptions,
  compute: Compute,
  { samples, classes }: ImageFolder,
  init: string,
): RunIdentity {
  const machine = thisMachine({ threads, trainer, ...compute });
  const dataset = frozen?.fingerprint ?? datasetFingerprint(samples, classes);
  return { recipe, dataset, init, machine };
}

/**
 * @throws TrainerError `CHECKPOINT_REFUSED` where the checkpoint is of another recipe, other
 * pictures or weights.
 */
function goOn({ path, saved }: RunFolder, now: RunIdentity, report: Report): void {
  if (!saved) return;
  const others = contradictions(saved.identity, now);
  if (others.length > 0) {
    throw new TrainerError(
      'CHECKPOINT_REFUSED',
      `Expected the run that ${path} holds a checkpoint of, received ${others.join('; ')}. Repeat what it began with, or begin anew by --force.`,
    );
  }
  const { history, steps } = saved.progress;
  report({ kind: 'resumed', epoch: history.length + 1, stepsOfEpoch: steps });
  const inexact = inexactness(saved.identity.machine, now.machine);
  if (inexact.length > 0) {
    const text = `The result will differ in its last bits from that of a run without a break: ${inexact.join('; ')}`;
    report({ kind: 'phase', text });
  }
}
