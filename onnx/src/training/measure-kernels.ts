import { ChildProcess, childModule } from '../process/child-process.ts';
import { ALLOCATOR_ENVIRONMENT } from './allocator.ts';
import type { KernelPlan } from './engine.ts';
import type { KernelOptions } from './fastest-forms.ts';

/**
 * Finds the fastest form of each convolution of the training step on this machine's CPU, in a child
 * process: seconds at 64², half a minute at 224². Worth keeping: another measurement may choose
 * otherwise where two forms are close, and another plan rounds otherwise.
 * @throws the signal's reason when it aborts.
 */
export async function measureKernels(
  options: KernelOptions,
  signal?: AbortSignal,
): Promise<KernelPlan> {
  const child = new ChildProcess(childModule('kernel-child', import.meta.url), {
    environment: ALLOCATOR_ENVIRONMENT,
  });
  const abort = () => void child.close();
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort);
  try {
    child.start();
    return (await child.request(options)) as KernelPlan;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    await child.close();
  }
}
