import { GraphBuilder, model, type Value, valueInfo } from '../graph/graph-builder.ts';
import { type Feature, Tape } from '../graph/tape.ts';
import { convolution } from '../operators/convolution.ts';
import { type ConvolutionForm, formsOf } from '../operators/convolution-form.ts';
import { encodeModel } from '../protobuf/encode.ts';
import { DataType } from '../protobuf/model.ts';
import { InferenceSession, Tensor } from '../runtime/runtime.ts';
import { type LaidOutConvolution, layOutConvolutions } from './convolution-layout.ts';
import type { KernelPlan } from './engine.ts';
import { SESSION_OPTIONS } from './session-options.ts';

export interface KernelOptions {
  readonly size: number;
  readonly batch: number;
  readonly threads: number;
}

/** What is measured: on a GPU, forms follow from the provider (layouts.ts). */
const ON_CPU = { provider: 'cpu', precision: 'float32' } as const;

/**
 * Runs of each form; the least time counts, since whatever else the machine does only adds to it.
 */
const ROUNDS = 4;

/**
 * Measures every form of every convolution of the training step on this machine and takes the
 * fastest. Blocks its thread: seconds at 64², half a minute at 224².
 */
export async function fastestForms(options: KernelOptions): Promise<KernelPlan> {
  const plan: Record<string, ConvolutionForm> = {};
  const measured = new Map<string, ConvolutionForm>();
  for (const convolution of layOutConvolutions({ ...options, ...ON_CPU })) {
    const { window, channels, parts } = convolution;
    const shape = JSON.stringify({ window, channels, parts });
    const form = measured.get(shape) ?? (await fastestForm(convolution, options.threads));
    measured.set(shape, form);
    plan[convolution.name] = form;
  }
  return plan;
}

/**
 * Forward with the gradient to the weights, and the gradient to the input, are chosen each for
 * itself.
 */
async function fastestForm(planned: LaidOutConvolution, threads: number): Promise<ConvolutionForm> {
  const forms = formsOf(planned);
  const [inputGradient] = forms.inputGradient as [ConvolutionForm['inputGradient']];
  const forward = await fastest(forms.forward, (form) =>
    loadModel(planned, { forward: form, inputGradient }, 'weights', threads),
  );
  return {
    forward,
    inputGradient: await fastest(forms.inputGradient, (form) =>
      loadModel(planned, { forward, inputGradient: form }, 'input', threads),
    ),
  };
}

interface Trial {
  run(): Promise<void>;
  close(): Promise<void>;
}

async function fastest<Form>(
  forms: readonly Form[],
  load: (form: Form) => Promise<Trial>,
): Promise<Form> {
  if (forms.length === 1) return forms[0] as Form;
  const trials = await Promise.all(forms.map(load));
  const least = forms.map(() => Number.POSITIVE_INFINITY);
  // In turns, so that a slow moment of the machine meets all of them; the first run of each only
  // fills the caches.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, { run }] of trials.entries()) {
      const begun = performance.now();
      await run();
      const millis = performance.now() - begun;
      if (round > 0) least[index] = Math.min(least[index] as number, millis);
    }
  }
  await Promise.all(trials.map(({ close }) => close()));
  return forms[least.indexOf(Math.min(...least))] as Form;
}

/**
 * One convolution, forward and backward to the weights or to the input, over the parts of a whole
 * batch.
 */
async function loadModel(
  { window, channels, parts }: LaidOutConvolution,
  form: ConvolutionForm,
  to: 'weights' | 'input',
  threads: number,
): Promise<Trial> {
  const { pictures, side, kernel } = window;
  const graph = new GraphBuilder();
  const tape = new Tape(graph);
  const x: Value = { name: 'x', shape: [pictures * side ** 2 * parts, channels.in] };
  const w: Value = { name: 'w', shape: [kernel ** 2 * channels.in, channels.out] };
  const feature: Feature = { parts: graph.split(x, parts), pictures, side, channels: channels.in };
  const wanted = to === 'weights' ? [w] : feature.parts;
  for (const value of wanted) tape.want(value);
  const output = convolution({ graph, tape, provider: 'cpu', threads }, feature, w, window, form);
  for (const part of output.parts) tape.accumulate(part, () => part);
  tape.backward();
  // A row of each result is enough to have it computed.
  const rows = wanted.map((value) => {
    const gradient = tape.gradient(value);
    return graph.op('Gather', [gradient, graph.int64s([0])], [1, gradient.shape[1] as number]);
  });
  const describe = ({ name, shape }: Value) => valueInfo(name, DataType.FLOAT, shape);
  const bytes = encodeModel(
    model(graph.graph('convolution', [x, w].map(describe), rows.map(describe))),
  );
  const session = await InferenceSession.create(bytes, {
    ...SESSION_OPTIONS,
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
  });
  const feeds = Object.fromEntries(
    [x, w].map(({ name, shape }) => [name, new Tensor('float32', ramp(shape), shape)]),
  );
  return {
    run: async () => {
      await session.run(feeds);
    },
    close: () => session.release(),
  };
}

const PERIOD = Float32Array.from({ length: 1009 }, (_, i) => ((i * 7919) % 1009) / 504 - 1);

/** Numbers of usual size: zeros and denormals would be another speed. */
function ramp(shape: readonly number[]): Float32Array {
  const numbers = new Float32Array(shape.reduce((product, n) => product * n, 1));
  for (let from = 0; from < numbers.length; from += PERIOD.length) {
    numbers.set(PERIOD.subarray(0, numbers.length - from), from);
  }
  return numbers;
}
