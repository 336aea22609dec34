import type { GreyImage } from '@edgeloop/imaging';
import type { Size } from '@edgeloop/protocol';
import type { Frame } from '../../camera/frame.ts';
import type { MotionConfig } from '../../config/look-config.ts';
import { spansOf } from '../area/spans-of.ts';
import type { Areas } from '../area/stencil.ts';
import { type Background, compare, learn } from './background.ts';
import { smallFrame } from './small-frame.ts';
import { CLOSED_GATE, type GateState, stepGate } from './step-gate.ts';

/** More than that at once is the light, or another view: the background begins anew. */
const MOST_CHANGED = 0.6;

/** Looks at a small copy of each frame, and lets those pass in which something moves. */
export class MotionGate {
  readonly #config: MotionConfig;
  readonly #areas: Areas;
  #background: Background | null = null;
  #counts: (Size & { readonly cells: Uint8Array }) | null = null;
  #state: GateState = CLOSED_GATE;

  constructor(config: MotionConfig, areas: Areas) {
    this.#config = config;
    this.#areas = areas;
  }

  /**
   * Whether a frame is to be looked at. Frames in order of time.
   * @param asked somebody waits for one
   * @throws ImagingError `IMAGE_UNREADABLE`
   */
  async admits({ image, monotonic: at }: Frame, asked: boolean): Promise<boolean> {
    const moves = this.#moves(await smallFrame(image), at);
    const { state, passes } = stepGate(this.#state, { moves, asked, at }, this.#config);
    this.#state = state;
    return passes;
  }

  #moves(grey: GreyImage, at: Frame['monotonic']): boolean {
    const known = this.#background;
    if (known?.width !== grey.width || known.height !== grey.height) {
      this.#background = learn(null, grey, 1, at);
      return false;
    }
    const { threshold, area } = this.#config;
    const { changed, gain } = compare(known, grey, this.#countsFor(grey), threshold);
    const another = changed > MOST_CHANGED;
    this.#background = learn(another ? null : known, grey, gain, at);
    return changed >= area && !another;
  }

  /** Cells within the region, and in none of the masks. */
  #countsFor({ width, height }: Size): Uint8Array {
    if (this.#counts?.width === width && this.#counts.height === height) return this.#counts.cells;
    const cells = new Uint8Array(width * height);
    const { region, masks } = this.#areas;
    const set = (polygon: Parameters<typeof spansOf>[0], value: number) => {
      for (const { from, to } of spansOf(polygon, { width, height })) cells.fill(value, from, to);
    };
    if (region) set(region, 1);
    else cells.fill(1);
    for (const mask of [...masks, ...this.#config.masks]) set(mask, 0);
    this.#counts = { width, height, cells };
    return cells;
  }
}
