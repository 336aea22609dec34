import { readFile } from 'node:fs/promises';
import { OnnxError } from '../errors.ts';
import { collectGarbage, serveRequests } from '../process/child-requests.ts';
import { InferenceSession, Tensor } from '../runtime/runtime.ts';
import { arrangeModel } from './arrange/arrange-model.ts';
import { inBlocks } from './arrange/block-pixels.ts';
import { type ProcessorForms, processorForms } from './arrange/processor-forms.ts';
import type { InferenceRequest, InferenceResult } from './inference-messages.ts';
import { receivePictures, type TensorInput } from './receive-pictures.ts';

interface Loaded {
  readonly session: InferenceSession;
  /** Its pixels go in by blocks. */
  readonly blocks: boolean;
}

const FORMS = processorForms();
let loaded: Loaded | null = null;
/** Written to again by the next run, as what is received. */
let blocksOfRun = new Uint8Array();

serveRequests(async (message) => {
  const request = message as InferenceRequest;
  if (request.kind === 'load') {
    // One model at a time: the memory of the last one is the next one's.
    await loaded?.session.release();
    loaded = null;
    loaded = await load(request.modelPath, request.threads);
    // The bytes of the model in its other form.
    collectGarbage();
    return null;
  }
  const given = receivePictures(request);
  if (!loaded) throw new OnnxError('SESSION_FAILED', 'Expected load before run.');
  return run(loaded, given);
});

async function load(modelPath: string, threads: number): Promise<Loaded> {
  const options = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  } as const;
  try {
    const arranged = await arrange(modelPath, FORMS);
    const session = arranged
      ? await InferenceSession.create(arranged.bytes, options)
      : await InferenceSession.create(modelPath, options);
    return { session, blocks: arranged?.blocks ?? false };
  } catch (cause) {
    throw new OnnxError(
      'ONNX_INVALID',
      `Expected an ONNX model that the runtime can load in ${modelPath}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** Where no form is quicker here, the file is read by the runtime alone. */
async function arrange(modelPath: string, forms: ProcessorForms) {
  if (!forms.blocks && !forms.tiles) return null;
  return arrangeModel(await readFile(modelPath), forms);
}

async function run({ session, blocks }: Loaded, given: TensorInput): Promise<InferenceResult> {
  const begun = performance.now();
  const results = await session.run({ [session.inputNames[0] as string]: tensorOf(given, blocks) });
  const inferenceMillis = performance.now() - begun;
  const outputs = Object.entries(results).map(
    ([name, tensor]) => [name, { dims: tensor.dims, data: tensor.data as Float32Array }] as const,
  );
  return { outputs: Object.fromEntries(outputs), inferenceMillis };
}

function tensorOf({ data, dims }: TensorInput, blocks: boolean): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (!blocks) return new Tensor('uint8', data, dims);
  if (blocksOfRun.length !== data.length) blocksOfRun = new Uint8Array(data.length);
  const written = inBlocks(data, dims, blocksOfRun);
  return new Tensor('uint8', written.data, written.dims);
}
