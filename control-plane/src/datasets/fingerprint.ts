import { createHash } from 'node:crypto';
import type { Sha256 } from '@edgeloop/protocol';
import type { Side } from '../samples/side.ts';

export interface DatasetEntry {
  readonly sha256: Sha256;
  readonly label: string;
  readonly side: Side;
}

/**
 * SHA-256 over a line for each sample, in the order of their digests: digest, side and label (as
 * JSON), a space between. Anyone can compute it from an export: `sort | sha256sum`.
 */
export class Fingerprint {
  readonly #hash = createHash('sha256');

  /** In ascending order of the digests. */
  add({ sha256, side, label }: DatasetEntry): void {
    this.#hash.update(`${sha256} ${side} ${JSON.stringify(label)}\n`);
  }

  digest(): Sha256 {
    return this.#hash.digest('hex') as Sha256;
  }
}
