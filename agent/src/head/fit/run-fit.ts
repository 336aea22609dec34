import { ChildError, ChildProcess, childModule, OnnxError } from '@edgeloop/onnx';
import { mebibytes, seconds } from '@edgeloop/protocol';
import { AgentError } from '../../errors.ts';
import type { FitRequest, FitResult } from './fit-head.ts';

/** Of each of its processes, of which two are there at a time. */
const MEMORY_CAP = mebibytes(768);
/** 2,000 pictures on a slow card. */
const DEADLINE = seconds(3600);

/**
 * Fits in a process of its own, which has what others leave of the processor, and which its memory
 * ends before the agent's: one thread computes at a time. Those that it starts for the model and
 * the training are as it is.
 * @throws what `fitHead` throws; OnnxError `SESSION_FAILED` where it was ended, `SESSION_CLOSED`
 * where the signal aborts
 */
export async function runFit(request: FitRequest, signal: AbortSignal): Promise<FitResult> {
  const child = new ChildProcess(childModule('fit-child', import.meta.url), {
    background: true,
    memoryCap: MEMORY_CAP,
  });
  child.start();
  const give = () => void child.close();
  signal.addEventListener('abort', give, { once: true });
  try {
    signal.throwIfAborted();
    return (await child.request(request, DEADLINE)) as FitResult;
  } catch (error) {
    throw asOwn(error);
  } finally {
    signal.removeEventListener('abort', give);
    await child.close();
  }
}

/**
 * What crosses from a child is code and message: what is not of the runtime is said of the head.
 */
function asOwn(error: unknown): unknown {
  const foreign = error instanceof OnnxError && error.cause instanceof ChildError;
  return foreign ? new AgentError('HEAD_REFUSED', error.message, { cause: error }) : error;
}
