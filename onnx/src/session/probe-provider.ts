import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { seconds } from '@edgeloop/protocol';
import { ChildProcess, childModule } from '../process/child-process.ts';
import type { ProviderProbe } from './probe-messages.ts';
import type { Precision, Provider } from './provider.ts';

/** CUDA takes its time to begin. */
const DEADLINE = seconds(60);

/** Tries a provider in a process of its own: a driver that crashes is an answer, not an outage. */
export async function probeProvider(
  provider: Provider,
  precision: Precision,
): Promise<ProviderProbe> {
  if (provider === 'cuda' && !cudaLibraryIsThere()) {
    return { there: false, why: 'its library is not installed' };
  }
  const child = new ChildProcess(childModule('probe-child', import.meta.url), { quiet: true });
  child.start();
  try {
    return (await child.request({ provider, precision }, DEADLINE)) as ProviderProbe;
  } catch (error) {
    return { there: false, why: `trying it failed: ${(error as Error).message}` };
  } finally {
    await child.close();
  }
}

function cudaLibraryIsThere(): boolean {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const folder = join(runtime, 'bin', 'napi-v6', process.platform, process.arch);
  return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
}
