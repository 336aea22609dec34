import type { Precision, Provider } from '@edgeloop/onnx';

/** Sources and runtime that a case runs with, see unpack.sh. */
type Tree = 'installed' | 'cuda' | 'installed-whole' | 'cuda-whole';

export interface SpeedCase {
  readonly tree: Tree;
  readonly provider: Provider;
  readonly size: number;
  readonly batch: number;
  readonly precision: Precision;
  /** Every convolution as the usual plan has it, or by the runtime's own Conv where there is such a form. */
  readonly forms: 'usual' | 'convolve';
  /** Whether the GPU may round the factors of float32 products to TF32, as CUDA's libraries do for ONNX Runtime by default. */
  readonly tf32: boolean;
  /** Steps in a call. */
  readonly steps: number;
  readonly threads: number;
}

/** As `edgeloop-trainer fit` chooses it. */
const stepsOfFit = (size: number, batch: number) =>
  Math.max(1, Math.round(180 / (16 + batch * (size / 64) ** 2)));
const MANY_STEPS = 16;

/** What tells most comes first: what does not fit into the time is left out. */
export function speedCases(sizes: readonly number[], batches: readonly number[]): SpeedCase[] {
  const [batch = 32, ...more] = batches;
  const cases: SpeedCase[] = [];
  const add = (tree: Tree, size: number, of: number, options: Partial<SpeedCase> = {}) =>
    cases.push({
      ...{ tree, size, batch: of, precision: 'float32', forms: 'usual', tf32: true, threads: 4 },
      ...{ provider: tree.startsWith('cuda') ? 'cuda' : 'webgpu', steps: stepsOfFit(size, of) },
      ...options,
    });
  const shipped = ['installed', 'cuda'] as const;
  const whole = ['installed-whole', 'cuda-whole'] as const;
  for (const size of sizes) {
    for (const tree of shipped) add(tree, size, batch);
    for (const tree of whole) add(tree, size, batch);
    add('cuda-whole', size, batch, { forms: 'convolve', steps: MANY_STEPS });
  }
  for (const size of sizes) {
    add('cuda-whole', size, batch, { forms: 'convolve', steps: MANY_STEPS, tf32: false });
    for (const tree of shipped) add(tree, size, batch, { precision: 'mixed' });
    add('installed-whole', size, batch, { forms: 'convolve' });
    add('cuda-whole', size, batch, { precision: 'mixed', steps: MANY_STEPS });
  }
  for (const of of more) {
    for (const size of sizes) {
      for (const tree of whole) add(tree, size, of);
      for (const tree of shipped) add(tree, size, of);
    }
  }
  const [size = 64] = sizes;
  cases.splice(6, 0, {
    ...{ tree: 'installed', provider: 'cpu', size, batch, precision: 'float32', forms: 'usual' },
    ...{ tf32: false, steps: stepsOfFit(size, batch), threads: 8 },
  });
  return cases;
}

export interface PeerCase {
  readonly size: number;
  readonly batch: number;
  readonly device: 'cuda' | 'cpu';
  readonly math: 'float32' | 'tf32' | 'amp';
  readonly channelsLast: boolean;
}

export function peerCases(
  sizes: readonly number[],
  batches: readonly number[],
  device: 'cuda' | 'cpu',
): PeerCase[] {
  const cases: PeerCase[] = [];
  for (const size of sizes) {
    for (const batch of batches) {
      for (const math of device === 'cpu'
        ? (['float32'] as const)
        : (['float32', 'tf32', 'amp'] as const)) {
        cases.push({ size, batch, device, math, channelsLast: math === 'amp' });
      }
    }
  }
  return cases;
}
