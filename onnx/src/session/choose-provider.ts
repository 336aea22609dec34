import { OnnxError } from '../errors.ts';
import { hasGpu } from './gpu-devices.ts';
import type { ProviderProbe } from './probe-messages.ts';
import { probeProvider } from './probe-provider.ts';
import type { Precision, Provider, ProviderChoice } from './provider.ts';

export interface ChosenProvider {
  readonly provider: Provider;
  /** Which it is and why, as a line for people. */
  readonly reason: string;
}

/** What choosing asks of the machine. */
interface Machine {
  hasGpu(): boolean;
  probe(provider: Provider, precision: Precision): Promise<ProviderProbe>;
}

const NAMES = { cpu: 'the CPU', cuda: 'CUDA', webgpu: 'WebGPU' } as const;

const ADVICE = {
  cpu: '',
  cuda: 'Install it with `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node` (beside an NVIDIA driver, CUDA 12 and cuDNN 9)',
  webgpu:
    "Install libvulkan1 and the GPU vendor's Vulkan driver (VK_ICD_FILENAMES names the JSON file of one in an unusual place)",
} as const;

/**
 * Where training will run. `auto`: CUDA, else WebGPU where it is a GPU and not a driver that
 * computes on the processor, else the CPU.
 * @throws OnnxError `PROVIDER_MISSING` where what was asked for by name is not there, or nothing
 * that can do `precision`.
 */
export async function chooseProvider(
  choice: ProviderChoice,
  precision: Precision,
  machine: Machine = { hasGpu, probe: probeProvider },
): Promise<ChosenProvider> {
  if (choice === 'cpu') return onCpu(precision, 'as asked for');
  if (choice !== 'auto') return named(choice, precision, await machine.probe(choice, precision));
  if (!machine.hasGpu()) return onCpu(precision, 'this machine has no GPU');
  const missing: string[] = [];
  for (const provider of ['cuda', 'webgpu'] as const) {
    const found = await machine.probe(provider, precision);
    if (found.there && found.hardware) {
      return { provider, reason: `Training on ${NAMES[provider]}${listed(missing)}` };
    }
    missing.push(`${NAMES[provider]}: ${found.there ? 'a software driver only' : found.why}`);
  }
  return onCpu(precision, missing.join('; '));
}

function named(
  provider: 'cuda' | 'webgpu',
  precision: Precision,
  found: ProviderProbe,
): ChosenProvider {
  if (!found.there) {
    const otherwise =
      precision === 'mixed' ? '--precision float32 or --provider auto' : '--provider auto';
    throw new OnnxError(
      'PROVIDER_MISSING',
      `Expected ${NAMES[provider]} for training in ${precision} precision, received none: ${found.why}. ${ADVICE[provider]}, or use ${otherwise}.`,
    );
  }
  const software = provider === 'webgpu' && !found.hardware ? ', by a slow software driver' : '';
  return { provider, reason: `Training on ${NAMES[provider]}, as asked for${software}` };
}

function onCpu(precision: Precision, why: string): ChosenProvider {
  if (precision === 'mixed') {
    throw new OnnxError(
      'PROVIDER_MISSING',
      `Expected a GPU for training in mixed precision, received the CPU (${why}): it has no float16 kernels and would only lose time. Use --precision float32.`,
    );
  }
  return { provider: 'cpu', reason: `Training on the CPU (${why})` };
}

function listed(missing: readonly string[]): string {
  return missing.length === 0 ? '' : ` (${missing.join('; ')})`;
}
