import { decodePicture, type RawImage } from '@edgeloop/imaging';
import type { Box, Polygon, Size } from '@edgeloop/protocol';
import type { Frame } from '../../camera/frame.ts';
import { type Span, spansOf, without } from './spans-of.ts';

/** What a camera looks at of its picture. */
export interface Areas {
  /** Null: all of it. */
  readonly region: Polygon | null;
  /** Black in every picture. */
  readonly masks: readonly Polygon[];
}

/** A frame as it may be seen, and the part of it that is looked at. */
export interface View {
  readonly whole: Frame;
  /** For the model, and for samples: what a model learns from is what it will see. */
  readonly cut: Frame;
}

/** The pixels of pictures of one size. */
interface Cutout extends Size {
  readonly hidden: readonly Span[];
  readonly region: { readonly box: Box; readonly outside: readonly Span[] } | null;
}

/**
 * What is laid over each frame of a camera, right after it was decoded and before anything else
 * sees it: masks become black, and the region is cut out. The pixels that came from the camera stay
 * as they are, for who compares frames.
 */
export class Stencil {
  readonly #areas: Areas;
  #cutout: Cutout | null = null;

  constructor(areas: Areas) {
    this.#areas = areas;
  }

  /**
   * A frame of which all is looked at stays the file that it came as.
   * @throws ImagingError `IMAGE_UNREADABLE`
   */
  async lay(frame: Frame): Promise<View> {
    const { region, masks } = this.#areas;
    if (region === null && masks.length === 0) return { whole: frame, cut: frame };
    const { image } = frame;
    const decoded = image.kind === 'raw' ? image : await decodePicture(image.bytes);
    const cutout = this.#cutoutFor(decoded);
    const owned = image.kind === 'raw' ? new Uint8Array(decoded.data) : decoded.data;
    const { width, height } = decoded;
    const covered = { width, height, data: blacken(owned, cutout.hidden) };
    const whole: Frame = { ...frame, image: { kind: 'raw', ...covered } };
    if (!cutout.region) return { whole, cut: whole };
    const { box, outside } = cutout.region;
    const cut = cutBox(covered, box);
    blacken(cut.data, outside);
    return { whole, cut: { ...frame, image: { kind: 'raw', ...cut } } };
  }

  #cutoutFor({ width, height }: Size): Cutout {
    if (this.#cutout?.width !== width || this.#cutout.height !== height) {
      const { region, masks } = this.#areas;
      const size = { width, height };
      this.#cutout = {
        ...size,
        hidden: masks.flatMap((mask) => spansOf(mask, size)),
        region: region && regionOf(region, size),
      };
    }
    return this.#cutout;
  }
}

/** The box around a polygon, and what of it lies outside: nothing, where the polygon is the box. */
function regionOf(polygon: Polygon, size: Size): NonNullable<Cutout['region']> {
  const touched = spansOf(polygon, size);
  const rows = touched.map(({ from }) => Math.floor(from / size.width));
  const lefts = touched.map(({ from }, i) => from - (rows[i] as number) * size.width);
  const rights = touched.map(({ to }, i) => to - (rows[i] as number) * size.width);
  const left = least(lefts);
  const top = least(rows);
  const width = most(rights) - left;
  const height = most(rows) + 1 - top;
  const inBox = touched.map(({ from, to }, i) => {
    const begin = ((rows[i] as number) - top) * width + (lefts[i] as number) - left;
    return { from: begin, to: begin + to - from };
  });
  return { box: { left, top, width, height }, outside: without(inBox, width * height) };
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));

function blacken(data: Uint8Array, spans: readonly Span[]): Uint8Array {
  for (const { from, to } of spans) data.fill(0, 3 * from, 3 * to);
  return data;
}

function cutBox({ data, width }: RawImage, box: Box): RawImage {
  const cut = new Uint8Array(3 * box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const from = 3 * ((box.top + row) * width + box.left);
    cut.set(data.subarray(from, from + 3 * box.width), 3 * row * box.width);
  }
  return { data: cut, width: box.width, height: box.height };
}
