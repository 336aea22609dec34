import { DURATION_PATTERN, parseDuration } from '@edgeloop/protocol/quantity';
import { InvalidArgumentError } from 'commander';

/** `90s`, `30min`. @returns milliseconds */
export function duration(text: string): number {
  if (new RegExp(DURATION_PATTERN).test(text)) return parseDuration(text);
  throw new InvalidArgumentError('Expected a number with a unit: 90s, 30min, 12h, 7d.');
}
