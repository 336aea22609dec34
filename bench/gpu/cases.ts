import type { Precision, Provider } from '@edgeloop/onnx';

export interface SpeedCase {
  /**
   * What it runs with, see unpack.sh: ONNX Runtime as npm installs it, or the one that has the CUDA
   * provider.
   */
  readonly tree: 'installed' | 'cuda';
  readonly provider: Provider;
  readonly size: number;
  readonly batch: number;
  readonly precision: Precision;
  /**
   * Of every convolution: as the trainer has them on the provider, by gathered columns, or by the
   * runtime's own Conv.
   */
  readonly forms: 'shipped' | 'gather' | 'convolve';
  /**
   * Whether the GPU may round the factors of float32 products to TF32, as CUDA's libraries do for
   * ONNX Runtime by default.
   */
  readonly tf32: boolean;
  /** Steps in a call; null for as many as the trainer takes. */
  readonly steps: number | null;
  readonly threads: number;
}

type Choice = Partial<SpeedCase> & Pick<SpeedCase, 'provider' | 'size' | 'batch'>;

export function speedCase(choice: Choice): SpeedCase {
  return {
    tree: choice.provider === 'cuda' ? 'cuda' : 'installed',
    precision: 'float32',
    forms: 'shipped',
    tf32: true,
    steps: null,
    threads: 4,
    ...choice,
  };
}

/** What tells most comes first: what does not fit into the time is left out. */
export function speedCases(
  sizes: readonly number[],
  batches: readonly number[],
): { readonly first: readonly SpeedCase[]; readonly more: readonly SpeedCase[] } {
  const [batch = 32, ...more] = batches;
  const variants = [
    { provider: 'cuda' },
    { provider: 'webgpu' },
    { provider: 'webgpu', forms: 'convolve' },
    { provider: 'cuda', precision: 'mixed' },
    { provider: 'webgpu', precision: 'mixed' },
    { provider: 'cuda', tf32: false },
  ] as const;
  const [size = 64] = sizes;
  return {
    first: variants.flatMap((variant) =>
      sizes.map((of) => speedCase({ size: of, batch, ...variant })),
    ),
    more: [
      // The largest batch says more than the one between.
      ...more
        .toReversed()
        .flatMap((of) =>
          (['cuda', 'webgpu'] as const).flatMap((provider) =>
            sizes.map((side) => speedCase({ provider, size: side, batch: of })),
          ),
        ),
      speedCase({ provider: 'cpu', size, batch, threads: 16 }),
    ],
  };
}

/**
 * Whether the provider computes the step that the CPU does: a small one, and one whose statistics
 * are over many pictures.
 */
export function agreementCases(sizes: readonly number[], batches: readonly number[]): SpeedCase[] {
  const small = { size: 32, batch: 8, steps: 2, tf32: false };
  const usual = { size: sizes[0] ?? 64, batch: batches[0] ?? 32, steps: 1, tf32: false };
  return [
    speedCase({ provider: 'webgpu', ...usual }),
    speedCase({ provider: 'cuda', ...usual }),
    speedCase({ provider: 'cuda', ...usual, precision: 'mixed' }),
    speedCase({ provider: 'webgpu', ...usual, precision: 'mixed' }),
    speedCase({ provider: 'webgpu', ...small }),
  ];
}

export interface PeerCase {
  readonly size: number;
  readonly batch: number;
  readonly device: 'cuda' | 'cpu';
  readonly math: 'float32' | 'tf32' | 'amp';
  readonly channelsLast: boolean;
}

/** The smallest and the largest batch. */
export function peerCases(
  sizes: readonly number[],
  batches: readonly number[],
  device: 'cuda' | 'cpu',
): PeerCase[] {
  const ends = [...new Set([batches[0] ?? 32, batches.at(-1) ?? 32])];
  const kinds = device === 'cpu' ? (['float32'] as const) : (['float32', 'tf32', 'amp'] as const);
  return sizes.flatMap((size) =>
    ends.flatMap((batch) =>
      kinds.map((math) => ({ size, batch, device, math, channelsLast: math === 'amp' })),
    ),
  );
}
