import { GraphBuilder, model, type Value, valueInfo } from '../graph/graph-builder.ts';
import { serveRequests } from '../process/child-requests.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType } from '../protobuf/model.ts';
import { InferenceSession, Tensor } from '../runtime/runtime.ts';
import { holdsGpu } from './gpu-devices.ts';
import type { ProbeRequest, ProviderProbe } from './probe-messages.ts';
import type { Precision } from './provider.ts';

serveRequests((request) => probe(request as ProbeRequest));

async function probe({ provider, precision }: ProbeRequest): Promise<ProviderProbe> {
  try {
    const session = await InferenceSession.create(productModel(precision), {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    const input = new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);
    const { product } = await session.run({ input });
    const values = product ? [...(product.data as Float32Array)].join() : 'nothing';
    return values === '7,10,15,22'
      ? { there: true, hardware: holdsGpu() }
      : { there: false, why: `a product that should be 7,10,15,22 came out as ${values}` };
  } catch (error) {
    return { there: false, why: firstLine(error as Error) };
  }
}

/** `product = input · input`, in the precision that training would use. */
function productModel(precision: Precision): Uint8Array {
  const graph = new GraphBuilder();
  const shape = [2, 2];
  const cast = (x: Value, to: number) => graph.op('Cast', [x], shape, { to });
  const input = { name: 'input', shape };
  const factor = precision === 'mixed' ? cast(input, DataType.FLOAT16) : input;
  const product = graph.matMul(factor, factor);
  graph.node('Cast', [product], ['product'], { to: DataType.FLOAT });
  const [x, y] = ['input', 'product'].map((name) => valueInfo(name, DataType.FLOAT, shape));
  return encodeModel(model(graph.graph('probe', x ? [x] : [], y ? [y] : [])));
}

function firstLine({ message }: Error): string {
  if (message.includes('requires f16')) return 'it computes no float16 (shader-f16)';
  const [line = ''] = message.split('\n');
  // The runtime begins with where in its sources it was.
  return line.replace(/^.* was false\. /, '').replace(/[.\s]+$/, '');
}
