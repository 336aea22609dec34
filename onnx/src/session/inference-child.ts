import { OnnxError } from '../errors.ts';
import { serveRequests } from '../process/child-requests.ts';
import { InferenceSession, Tensor } from '../runtime/runtime.ts';
import type { InferenceRequest, InferenceResult, TensorInput } from './inference-messages.ts';

let session: InferenceSession | null = null;

serveRequests(async (message) => {
  const request = message as InferenceRequest;
  if (request.kind === 'load') {
    // One model at a time: the memory of the last one is the next one's.
    await session?.release();
    session = null;
    session = await load(request.modelPath, request.threads);
    return null;
  }
  if (!session) throw new OnnxError('SESSION_FAILED', 'Expected load before run.');
  return run(session, request);
});

async function load(modelPath: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(modelPath, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    throw new OnnxError(
      'ONNX_INVALID',
      `Expected an ONNX model that the runtime can load in ${modelPath}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function run(
  loaded: InferenceSession,
  { data, dims }: TensorInput,
): Promise<InferenceResult> {
  const input =
    data instanceof Float32Array
      ? new Tensor('float32', data, dims)
      : new Tensor('uint8', data, dims);
  const begun = performance.now();
  const results = await loaded.run({ [loaded.inputNames[0] as string]: input });
  const inferenceMillis = performance.now() - begun;
  const outputs = Object.entries(results).map(
    ([name, tensor]) => [name, { dims: tensor.dims, data: tensor.data as Float32Array }] as const,
  );
  return { outputs: Object.fromEntries(outputs), inferenceMillis };
}
