import type { InferenceSession } from '../runtime/runtime.ts';
import { GLIBC_KEEPS_MEMORY } from './allocator.ts';

/** How the runtime runs a training graph. */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  // Nodes that a provider leaves to the CPU are known: test/onnx/webgpu.test.ts names them.
  logSeverityLevel: 3,
  // Buffers that were just freed are still in the cache: a fixed plan of all memory would hand out
  // others, and more.
  enableMemPattern: false,
  enableCpuMemArena: !GLIBC_KEEPS_MEMORY,
  extra: {
    // Rounding as INT8 inference does is the purpose of the pairs here: they must not be merged
    // away.
    // Of two sessions that take turns, the threads of one would look for work while the other runs.
    session: { disable_quant_qdq: '1', force_spinning_stop: '1' },
    // What is computed twice is computed twice to save memory.
    optimization: { disable_specified_optimizers: 'CommonSubexpressionElimination' },
  },
};
