import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import type { UpdateFigures, WaveFigures } from '../gates/wave-figures.ts';
import type { WaveKey, WaveMeasures } from './wave-measures.ts';

/** What became of the updates, and nothing else: gates on what models do stay undecided, and so fail. */
export class UpdateMeasures implements WaveMeasures {
  readonly #now: () => EpochMillis;

  constructor(now: () => EpochMillis) {
    this.#now = now;
  }

  async begin(): Promise<void> {}

  async measureWave(_key: WaveKey, updates: UpdateFigures): Promise<WaveFigures> {
    const window = { from: epochMillis(0), to: this.#now() };
    return { window, updates, wave: [], control: [] };
  }

  async forget(): Promise<void> {}
}
