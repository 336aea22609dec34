import type { Precision, Provider } from '../session/provider.ts';

/** How a provider likes the training step laid out. The network is the same but for rounding. */
export interface Layout {
  /** The most that the columns of a part of the batch may take. */
  readonly partBytes: number;
  /**
   * Convolutions as products of gathered columns, or by the runtime's own Conv wherever there is
   * such a form.
   */
  readonly forms: 'gather' | 'convolve';
}

const MEBIBYTE = 2 ** 20;

/**
 * Images a second on an H200 (bench/results/2026-11-26-gpu.json), at 64² and at 224², batches of
 * 32: CUDA gets 872 and 173 out of the CPU's parts, 1102 and 298 out of whole batches, 1739 and 811
 * by Conv with longer calls. WebGPU gets 910 and 123, whole 978 and 132.
 */
const LAYOUTS: Readonly<Record<Provider, Layout>> = {
  /** The caches hold a part's columns, and a large batch is not in memory as columns at once. */
  cpu: { partBytes: 10 * MEBIBYTE, forms: 'gather' },
  /**
   * Each part is launched for itself, which costs more than it computes: batches are whole up to
   * 111 pictures of 224². The gradient to the weights alone still needs columns; they and the
   * tables of their rows are bounded, as memory is. cuDNN convolves without.
   */
  cuda: { partBytes: 1024 * MEBIBYTE, forms: 'convolve' },
  /**
   * Any WebGPU binds 128 MiB at a time (`maxStorageBufferBindingSize`). What the max pool's
   * gradient gathers is a third larger than the stem's columns, and nothing else is larger.
   */
  webgpu: { partBytes: 96 * MEBIBYTE, forms: 'gather' },
};

/**
 * ONNX Runtime adds float16 products up in float16 on WebGPU: sums over short parts, which we add
 * up in float32, lose less.
 */
const WEBGPU_MIXED: Layout = { ...LAYOUTS.webgpu, partBytes: LAYOUTS.cpu.partBytes };

export interface LayoutChoice {
  readonly provider: Provider;
  readonly precision: Precision;
}

export function layoutOf({ provider, precision }: LayoutChoice): Layout {
  return provider === 'webgpu' && precision === 'mixed' ? WEBGPU_MIXED : LAYOUTS[provider];
}
