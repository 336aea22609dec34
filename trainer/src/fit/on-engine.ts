import type { TrainingEngine, TrainingOptions } from '@edgeloop/onnx';
import { createEngine, type EngineKind } from './create-engine.ts';

/**
 * A started engine for as long as `use` takes. Closed at once when `signal` aborts: a call of it
 * may take seconds.
 */
export async function onEngine<T>(
  kind: EngineKind,
  options: TrainingOptions,
  signal: AbortSignal,
  use: (engine: TrainingEngine) => Promise<T>,
): Promise<T> {
  // One that came earlier would never reach the listener.
  signal.throwIfAborted();
  const engine = createEngine(kind, options);
  const abort = () => void engine.close();
  signal.addEventListener('abort', abort);
  try {
    await engine.start();
    return await use(engine);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await engine.close();
  }
}
