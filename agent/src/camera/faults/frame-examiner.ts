import { decodeFitted, readHeader } from '@edgeloop/imaging';
import { type Millis, millis } from '@edgeloop/protocol';
import type { Frame, FrameImage } from '../frame.ts';
import { isDark } from './is-dark.ts';
import type { FrameFacts } from './watch-frame.ts';

/** Darkness is looked for so often: a fault is one that lasts. */
const LOOK_EVERY: Millis = millis(1_000);
const SMALL = 48;

/** Finds out what a watch wants to know of each frame. It keeps the last, to compare with. */
export class FrameExaminer {
  #last: FrameImage | null = null;
  #lookedAt: Millis | null = null;

  /** @returns null for a frame that can't be read: whoever needs it will say so */
  async examine({ image, monotonic }: Frame): Promise<FrameFacts | null> {
    const same = this.#last !== null && sameBytes(bytesOf(this.#last), bytesOf(image));
    this.#last = image;
    try {
      const size = image.kind === 'raw' ? image : await readHeader(image.bytes);
      return { at: monotonic, same, dark: await this.#look(image, monotonic), size };
    } catch {
      return null;
    }
  }

  async #look(image: FrameImage, now: Millis): Promise<boolean | null> {
    if (this.#lookedAt !== null && now - this.#lookedAt < LOOK_EVERY) return null;
    this.#lookedAt = now;
    return isDark(image.kind === 'raw' ? image : await decodeFitted(image.bytes, SMALL));
  }
}

const bytesOf = (image: FrameImage) => (image.kind === 'raw' ? image.data : image.bytes);

/** Those of a live camera differ in their first bytes already. */
function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0;
}
