import { parseDuration } from '@edgeloop/protocol';
import { InvalidArgumentError } from 'commander';

/** `90s`, `30m`. @returns milliseconds */
export function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
