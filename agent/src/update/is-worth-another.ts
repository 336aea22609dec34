import { OnnxError } from '@edgeloop/onnx';

/** Before a model that has shown that it can is taken for lost. */
const TRIES = 3;

/**
 * Whether a good model is to be tried once more: where its process ended or was late, memory or time may have been short,
 * as beside the model that is gone back from, or while everything starts.
 * @param attempt From 0 on.
 */
export function isWorthAnother(error: unknown, attempt: number): boolean {
  if (!(error instanceof OnnxError) || attempt >= TRIES - 1) return false;
  return error.code === 'SESSION_FAILED' || error.code === 'SESSION_DEADLINE';
}
