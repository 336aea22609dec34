import { OnnxError } from '../../errors.ts';
import { serveBlocking } from '../../process/blocking-requests.ts';
import { InferenceSession, Tensor } from '../../runtime/runtime.ts';
import type { PicturesRequest } from '../../session/inference-messages.ts';
import { receivePictures } from '../../session/receive-pictures.ts';
import type { ActivationsRequest } from './activations-messages.ts';
import { ValueCounts } from './value-counts.ts';

let session: InferenceSession | null = null;
let seen: ReadonlyMap<string, ValueCounts> = new Map();

await serveBlocking(async (message) => {
  const request = message as ActivationsRequest;
  switch (request.kind) {
    case 'load':
      seen = new Map(request.tensors.map((name) => [name, new ValueCounts()]));
      // One thread: there are several of these processes.
      session = await InferenceSession.create(request.modelPath, {
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      return null;
    case 'observe':
      await observe(request);
      return null;
    case 'seen':
      return Array.from(seen.values(), (counts) => counts.seen());
  }
});

async function observe(request: PicturesRequest): Promise<void> {
  const { data, dims } = receivePictures(request);
  if (!session) throw new OnnxError('SESSION_FAILED', 'Expected load before observe.');
  const type = data instanceof Float32Array ? 'float32' : 'uint8';
  const input = session.inputNames[0] as string;
  const outputs = await session.run({ [input]: new Tensor(type, data, dims) });
  for (const [name, counts] of seen) {
    const values = outputs[name]?.data as Float32Array;
    if (!counts.add(values)) {
      throw new OnnxError(
        'ONNX_UNSUPPORTED',
        `Expected numbers in every activation of a calibration picture, received infinity or none in ${JSON.stringify(name)}: did training diverge?`,
      );
    }
  }
}
