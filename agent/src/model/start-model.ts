import type { ModelSlot } from './model-slot.ts';

/**
 * Starts a model, which may take a minute on a slow card. Once the signal aborts nobody waits for
 * it: its process ends.
 * @throws what `start` does; the reason of the signal
 */
export async function startModel(model: ModelSlot, signal: AbortSignal): Promise<ModelSlot> {
  signal.throwIfAborted();
  const give = () => void model.close();
  signal.addEventListener('abort', give, { once: true });
  try {
    await model.start();
    signal.throwIfAborted();
    return model;
  } catch (error) {
    await model.close();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', give);
  }
}
