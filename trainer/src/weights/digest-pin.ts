import { TrainerError } from '../errors.ts';

/** Short ones are guessed too easily; torchvision's file names have 8 digits. */
const LEAST_DIGITS = 8;

/** A SHA-256 in hexadecimal, or how it begins. @throws TrainerError `OPTION_INVALID` */
export function parseDigestPin(text: string): string {
  const pin = text.toLowerCase();
  if (/^[0-9a-f]{8,64}$/.test(pin)) return pin;
  throw new TrainerError(
    'OPTION_INVALID',
    `Expected a SHA-256 or its first ${LEAST_DIGITS} or more hexadecimal digits, received ${JSON.stringify(text)}.`,
  );
}

/** @throws TrainerError `WEIGHTS_REFUSED` */
export function checkDigest(sha256: string, pin: string, what: string, advice: string): void {
  if (sha256.startsWith(pin.toLowerCase())) return;
  throw new TrainerError(
    'WEIGHTS_REFUSED',
    `Expected SHA-256 ${pin} for ${what}, received ${sha256}. ${advice}`,
  );
}
