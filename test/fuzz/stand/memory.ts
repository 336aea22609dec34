import { resourceUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What thousands of cases may add at any moment: room for a heap that is collected late, none for a
 * declared gigabyte.
 */
const MOST_PEAK = 384;
/** What may be left of the second half of them when all garbage is collected. */
const MOST_KEPT = 16;
const MEBIBYTE = 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Whether memory stays bounded over many cases: at its peak, and of what is kept. */
export class MemoryWatch {
  readonly #peakBefore = resourceUsage().maxRSS / 1024;
  #heldAtHalf: number | null = null;

  /** When half of the cases have run, and caches are filled. */
  half(): void {
    this.#heldAtHalf = heldBytes();
  }

  /** What is wrong; empty: nothing. */
  complaints(): string[] {
    const peak = resourceUsage().maxRSS / 1024 - this.#peakBefore;
    const kept = (heldBytes() - (this.#heldAtHalf ?? heldBytes())) / MEBIBYTE;
    return [
      peak > MOST_PEAK && `${Math.round(peak)} MiB more at its peak`,
      kept > MOST_KEPT && `${Math.round(kept)} MiB kept of the second half`,
    ].filter((complaint) => complaint !== false);
  }
}
