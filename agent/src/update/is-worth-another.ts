import { OnnxError } from '@edgeloop/onnx';
import { type Backoff, millis } from '@edgeloop/protocol';
import { readFailure } from '../state/read-failure.ts';

/** Before a model that has shown that it can is taken for lost. */
const TRIES = 3;
/** Where its files could not be read: what the disk can not give now it may give after a moment. */
const READ_TRIES = 6;

/** Between two tries to read a model, at the start: 11.5 seconds in all, on average. */
export const BETWEEN_READS: Backoff = { base: millis(1_000), cap: millis(8_000) };

/**
 * Whether a good model is to be tried once more: where its process ended or was late, memory or
 * time may have been short, as beside the model that is gone back from, or while everything starts;
 * and where it could not be read.
 * @param attempt From 0 on.
 */
export function isWorthAnother(error: unknown, attempt: number): boolean {
  if (readFailure(error) !== null) return attempt < READ_TRIES - 1;
  if (!(error instanceof OnnxError) || attempt >= TRIES - 1) return false;
  return error.code === 'SESSION_FAILED' || error.code === 'SESSION_DEADLINE';
}
