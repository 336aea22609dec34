import { cpus } from 'node:os';
import { runtimeVersion } from '@edgeloop/onnx';

/** What the bits of a result depend on beside recipe, pictures and weights: sums are added up in another order elsewhere. */
export interface Machine {
  readonly cpu: string;
  readonly threads: number;
  readonly provider: string;
  readonly runtime: string;
  /** Which form of each convolution runs. */
  readonly kernels: string;
  readonly trainer: string;
}

export function thisMachine(options: { threads: number; trainer: string }): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    ...{ provider: 'cpu', runtime: runtimeVersion(), kernels: 'default' },
    ...options,
  };
}
