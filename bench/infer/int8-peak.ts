import { join } from 'node:path';
import { Peer } from '../peer.ts';
import { compile } from './compile.ts';

/**
 * Operations a second: a multiplication is one, an addition is one. Null: the processor has no such
 * instructions.
 */
export interface Int8Peak {
  /** Dot products of vectors: VNNI, or what there is instead; on ARM SDOT. */
  readonly vector: number | null;
  /** Products of tiles: AMX. */
  readonly tiles: number | null;
}

/**
 * What this machine's INT8 products give, operands in registers. Null, with a word, where nothing
 * can be compiled.
 */
export class PeakMeter {
  readonly #peer: Peer;

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  static start(folder: string): PeakMeter | null {
    const program = join(folder, 'int8-peak');
    return compile('cc', 'int8-peak.c', program) ? new PeakMeter(Peer.program(program)) : null;
  }

  async measure(threads: number): Promise<Int8Peak> {
    const ask = async (kernel: 'vector' | 'tiles') =>
      (await this.#peer.ask<{ operations: number | null }>({ kernel, threads })).operations;
    return { vector: await ask('vector'), tiles: await ask('tiles') };
  }

  close(): void {
    this.#peer.close();
  }
}
