import { createRequire } from 'node:module';
import { OnnxError } from '@edgeloop/onnx';
import { quickenFilterGradient } from './filter-gradient.ts';
import type { TensorFlow } from './tensorflow.ts';
import { quickenTranspose } from './transpose.ts';

export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  /** Which one it is, and its version. */
  readonly runtime: string;
}

/** From the fastest on. Each brings all that it needs. */
const NATIVE = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
/**
 * TensorFlow.js in JavaScript alone. The layers are there for the gradients, which the core's build
 * for Node lacks.
 */
const PLAIN = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-layers',
] as const;

/**
 * The fastest TensorFlow.js that is installed.
 * @param from The module or folder that it is looked up from.
 * @throws OnnxError `PROVIDER_MISSING` when there is none, or when the one that is installed does
 * not load: to go on with a slower one in silence would cost hours.
 */
export async function loadTensorFlow(
  from: string | URL = import.meta.url,
): Promise<LoadedTensorFlow> {
  const load = createRequire(from);
  const isInstalled = (name: string) => resolves(load, name);
  const native = NATIVE.find(isInstalled);
  const packages = native ? [native] : PLAIN;
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    throw new OnnxError(
      'PROVIDER_MISSING',
      `Expected ${NATIVE.join(', ')} or ${PLAIN.join(' with ')} for the engine tfjs, received none. Run npm install ${missing.join(' ')}, or use the engine onnx.`,
    );
  }
  try {
    const [tf] = packages.map((name) => load(name)) as [TensorFlow];
    await tf.ready();
    if (!native) {
      // It would advise to install another backend, at each start.
      tf.enableProdMode();
      quickenFilterGradient(tf);
      quickenTranspose(tf);
    }
    return { tf, runtime: `TensorFlow.js ${tf.version_core}, ${native ?? PLAIN[1]}` };
  } catch (cause) {
    throw new OnnxError(
      'PROVIDER_MISSING',
      `Expected ${packages.join(', ')} to load, since installed, received: ${(cause as Error).message} Mend or uninstall it, or use the engine onnx.`,
      { cause },
    );
  }
}

function resolves(load: NodeJS.Require, name: string): boolean {
  try {
    load.resolve(name);
    return true;
  } catch {
    return false;
  }
}
