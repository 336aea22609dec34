import {
  type Bytes,
  EdgeloopError,
  type Manifest,
  type Millis,
  tensorShape,
} from '@edgeloop/protocol';
import { checkGolden } from '../package/check-golden.ts';
import { type LoadedPackage, loadPackage } from '../package/load-package.ts';
import { ChildError, ChildProcess, childModule } from '../process/child-process.ts';
import { InferenceProcess } from '../session/inference-process.ts';
import type { ExpectedInterface } from './check-interface.ts';
import { checkPackageSizes } from './check-package-sizes.ts';
import { CropProcess } from './crop-process.ts';
import {
  isRefusal,
  MOST_TOLD,
  type ModelRefusal,
  type RefusalCode,
  Refused,
} from './model-refusal.ts';

export interface CheckRequest {
  readonly modelPath: string;
  readonly expected: ExpectedInterface;
}

export interface VettingOptions {
  /** A folder with the package's files. */
  readonly directory: string;
  /** Program of a child that decodes pictures: `CropRequest` to `CropAnswer`. */
  readonly cropChild: URL;
  /** Of each process that touches a model or a picture. */
  readonly memoryCap: Bytes;
  /** For looking at a model, and for all its golden cases together. */
  readonly deadline: Millis;
}

/**
 * Decides whether a package from a stranger may be used: sizes, then each variant without running
 * it, then its golden cases. Models and pictures are only ever opened by child processes that have
 * neither more memory than `memoryCap` nor this process's environment.
 * @returns why not; null: it may. Errors of this machine, such as a disk that can't be read, are
 * thrown.
 */
export async function vetPackage(
  manifest: Manifest,
  options: VettingOptions,
): Promise<ModelRefusal | null> {
  const tooMuch = checkPackageSizes(manifest);
  if (tooMuch) return tooMuch;
  const crops = new CropProcess(options.cropChild, options);
  try {
    for (const variant of Object.keys(manifest.variants)) {
      const loaded = await loadPackage(options.directory, variant);
      const refusal = (await lookAt(loaded, options)) ?? (await tryOut(loaded, crops, options));
      if (refusal) return refusal;
    }
    return null;
  } finally {
    await crops.close();
  }
}

async function lookAt(
  { modelPath, tensorPlan, cropPlan, classes }: LoadedPackage,
  { memoryCap, deadline }: VettingOptions,
): Promise<ModelRefusal | null> {
  const child = new ChildProcess(childModule('check-child', import.meta.url), {
    memoryCap,
    quiet: true,
    blocking: true,
  });
  const input = tensorShape(tensorPlan, cropPlan.crop, 1);
  const expected = { element: tensorPlan.type, input, classes: classes.length };
  child.start();
  try {
    const request: CheckRequest = { modelPath, expected };
    const answer = await child.request(request, deadline);
    if (answer === null) return null;
    if (isRefusal(answer)) return { ...answer, message: answer.message.slice(0, MOST_TOLD) };
    return {
      code: 'CRASHED',
      message: 'Expected what the check of the model says, received none.',
    };
  } catch (error) {
    return toRefusal(error);
  } finally {
    await child.close();
  }
}

async function tryOut(
  loaded: LoadedPackage,
  crops: CropProcess,
  { memoryCap, deadline }: VettingOptions,
): Promise<ModelRefusal | null> {
  const session = new InferenceProcess({
    modelPath: loaded.modelPath,
    threads: 1,
    deadline,
    memoryCap,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void session.close();
    void crops.close();
  }, deadline);
  try {
    await session.start();
    await checkGolden(loaded, session, crops.decode);
    return null;
  } catch (error) {
    if (!late) return toRefusal(error);
    const message = `Expected the golden cases of ${loaded.variant} within ${deadline} ms, received no end of them. Is the machine overloaded, or the model too large for the devices as well?`;
    return { code: 'TOO_SLOW', message };
  } finally {
    clearTimeout(timer);
    await session.close();
  }
}

const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  ONNX_INVALID: 'NOT_LOADABLE',
  SESSION_FAILED: 'CRASHED',
  SESSION_DEADLINE: 'TOO_SLOW',
  PACKAGE_GOLDEN_FAILED: 'GOLDEN_FAILED',
};

function toRefusal(error: unknown): ModelRefusal {
  if (error instanceof Refused) return error.refusal;
  const code = error instanceof EdgeloopError ? REFUSALS[error.code] : undefined;
  // What the process ran into, such as a disk that can't be read, is no fault of the model.
  if (!code || (error as Error).cause instanceof ChildError) throw error;
  return { code, message: (error as Error).message.slice(0, MOST_TOLD) };
}
