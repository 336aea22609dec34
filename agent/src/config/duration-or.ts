import { type Millis, millis, parseDuration } from '@edgeloop/protocol';

/** A duration as a file has it; where it says none, so many ms. */
export const durationOr = (text: string | undefined, otherwise: number): Millis =>
  text === undefined ? millis(otherwise) : parseDuration(text);
