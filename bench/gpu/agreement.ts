import { type FloatTensor, OnnxTrainingEngine, type Provider } from '@edgeloop/onnx';
import type { SpeedCase } from './cases.ts';
import { randomBatches, trainingOptions } from './training-case.ts';

/**
 * `agreement.ts <case as JSON>`: trains some steps on the CPU and on the case's provider, and tells
 * how far the weights are apart, as a share of how far training has moved them: what
 * test/onnx/webgpu.test.ts holds below 1e-4. Also for each part of the network by itself: the last
 * comes first in the backward pass, and shows where a difference begins.
 */
const of = JSON.parse(process.argv[2] as string) as SpeedCase;
const options = trainingOptions(of);
const steps = of.steps ?? 1;

async function train(provider: Provider) {
  const precision = provider === 'cpu' ? 'float32' : of.precision;
  const engine = new OnnxTrainingEngine({ ...options, provider, precision });
  try {
    await engine.start();
    const { losses } = await engine.train(randomBatches(of, steps)(steps));
    return { losses, weights: await engine.weights() };
  } finally {
    await engine.close();
  }
}

type Tensors = ReadonlyMap<string, Pick<FloatTensor, 'data'>>;

function distance(a: Tensors, b: Tensors, begin: Tensors, prefix = ''): number {
  let [difference, moved] = [0, 0];
  for (const [name, { data }] of a) {
    if (!name.startsWith(prefix)) continue;
    const [other, first] = [b.get(name)?.data, begin.get(name)?.data];
    data.forEach((v, i) => {
      difference += (v - (other?.[i] ?? Number.NaN)) ** 2;
      moved += (v - (first?.[i] ?? 0)) ** 2;
    });
  }
  return Math.sqrt(difference / moved);
}

const cpu = await train('cpu');
const gpu = await train(of.provider);
const parts = ['fc', 'layer4.1', 'layer4.0', 'layer3', 'layer2', 'layer1', 'conv1'];
process.stdout.write(
  `${JSON.stringify({
    distance: distance(cpu.weights, gpu.weights, options.init),
    distances: Object.fromEntries(
      parts.map((part) => [part, distance(cpu.weights, gpu.weights, options.init, part)]),
    ),
    cpuLosses: [...cpu.losses],
    losses: [...gpu.losses],
  })}\n`,
);
