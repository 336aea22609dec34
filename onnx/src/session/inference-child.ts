import { readFile } from 'node:fs/promises';
import { OnnxError } from '../errors.ts';
import { serveBlocking } from '../process/blocking-requests.ts';
import { collectGarbage } from '../process/child-requests.ts';
import { InferenceSession, Tensor } from '../runtime/runtime.ts';
import { arrangeModel } from './arrange/arrange-model.ts';
import { type ProcessorForms, processorForms } from './arrange/processor-forms.ts';
import { exactSums } from './exact-sums.ts';
import type { InferenceRequest, InferenceResult } from './inference-messages.ts';
import { processorFlags } from './processor-flags.ts';
import { receivePictures, type TensorInput } from './receive-pictures.ts';
import { toldNames, toldOutputs } from './told-outputs.ts';

interface LoadedModel {
  readonly session: InferenceSession;
  readonly outputs: readonly string[];
  /** Its pixels go in by blocks. */
  readonly blocks: boolean;
}

const FORMS = processorForms();
const SUMS = exactSums(processorFlags());
/**
 * A run leaves some kilobytes that only a full collection finds, and V8 waits for tens of
 * megabytes: one takes 4 ms, every 17 s at 30 a second.
 */
const RUNS_PER_COLLECTION = 500;
let loaded: LoadedModel | null = null;
let runs = 0;

await serveBlocking(answer, () => {
  if (runs > 0 && runs % RUNS_PER_COLLECTION === 0) collectGarbage();
});

async function answer(message: unknown): Promise<InferenceResult | null> {
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
  const given = receivePictures(request, { blocks: loaded?.blocks ?? false });
  if (!loaded) throw new OnnxError('SESSION_FAILED', 'Expected load before run.');
  runs += 1;
  return run(loaded, given, request.count);
}

async function load(modelPath: string, threads: number): Promise<LoadedModel> {
  const options = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // When a run is over its threads would look for more for a while, on the cores that who gets
    // the answer needs.
    extra: { session: { force_spinning_stop: '1', ...SUMS } },
  } as const;
  let session: InferenceSession;
  let blocks = false;
  try {
    const arranged = await arrange(modelPath, FORMS);
    blocks = arranged?.blocks ?? false;
    session = arranged
      ? await InferenceSession.create(arranged.bytes, options)
      : await InferenceSession.create(modelPath, options);
  } catch (cause) {
    throw new OnnxError(
      'ONNX_INVALID',
      `Expected an ONNX model that the runtime can load in ${modelPath}: ${(cause as Error).message}`,
      { cause },
    );
  }
  return { session, blocks, outputs: toldNames(session.outputNames) };
}

/** Where no form is quicker here, the file is read by the runtime alone. */
async function arrange(modelPath: string, forms: ProcessorForms) {
  if (!forms.blocks && !forms.tiles) return null;
  return arrangeModel(await readFile(modelPath), forms);
}

async function run(
  { session, outputs }: LoadedModel,
  given: TensorInput,
  pictures: number,
): Promise<InferenceResult> {
  const begun = performance.now();
  const feeds = { [session.inputNames[0] as string]: tensorOf(given) };
  const results = await session.run(feeds, outputs);
  const inferenceMillis = performance.now() - begun;
  return { outputs: toldOutputs(results, pictures), inferenceMillis };
}

function tensorOf({ data, dims }: TensorInput): Tensor {
  return data instanceof Float32Array
    ? new Tensor('float32', data, dims)
    : new Tensor('uint8', data, dims);
}
