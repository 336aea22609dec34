import { cpus } from 'node:os';
import { type KernelPlan, type Provider, runtimeVersion } from '@edgeloop/onnx';

/**
 * What the bits of a result depend on beside recipe, pictures and weights: sums are added up in
 * another order elsewhere.
 */
export interface Machine {
  readonly cpu: string;
  readonly threads: number;
  readonly provider: Provider;
  readonly runtime: string;
  /** Which form of each convolution runs; null where none was measured. */
  readonly kernels: KernelPlan | null;
  readonly trainer: string;
}

export function thisMachine(
  options: Pick<Machine, 'threads' | 'trainer' | 'provider' | 'kernels'>,
): Machine {
  return { cpu: cpus()[0]?.model ?? 'unknown', runtime: runtimeVersion(), ...options };
}
