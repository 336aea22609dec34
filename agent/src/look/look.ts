import type { Frame } from '../camera/frame.ts';
import type { LookConfig } from '../config/look-config.ts';
import { Stencil, type View } from './area/stencil.ts';
import { MotionGate } from './motion/motion-gate.ts';

/**
 * What a camera looks at: first whether at all, by a small copy; then what of it, right after the
 * frame was decoded.
 */
export class Look {
  readonly #gate: MotionGate | null;
  readonly #stencil: Stencil;

  constructor(config: Pick<LookConfig, 'region' | 'masks' | 'motion'>) {
    this.#gate = config.motion && new MotionGate(config.motion, config);
    this.#stencil = new Stencil(config);
  }

  /**
   * @param asked somebody waits for a frame
   * @returns null: nothing moves, and the frame was not even decoded
   * @throws ImagingError `IMAGE_UNREADABLE`
   */
  async at(frame: Frame, asked: boolean): Promise<View | null> {
    if (this.#gate && !(await this.#gate.admits(frame, asked))) return null;
    return this.#stencil.lay(frame);
  }
}
