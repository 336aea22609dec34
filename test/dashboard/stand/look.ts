import type { Locator } from 'playwright-core';
import { COLOURS, type Colour } from '../../stand/models/colour-package.ts';

interface ShownPicture {
  /** Its address. */
  readonly src: string;
  /** Null: it is not there yet. */
  readonly colour: Colour | null;
}

/** Which picture of one colour an `<img>` shows, by what the browser draws of it. */
export async function look(image: Locator): Promise<ShownPicture> {
  const { src, pixel } = await image.evaluate((element) => {
    const { src, naturalWidth } = element as HTMLImageElement;
    if (naturalWidth === 0) return { src, pixel: null };
    const drawing = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
    drawing.drawImage(element as HTMLImageElement, 0, 0, 1, 1);
    return { src, pixel: [...drawing.getImageData(0, 0, 1, 1).data.slice(0, 3)] };
  });
  const brightest = pixel && COLOURS[pixel.indexOf(Math.max(...pixel))];
  return { src, colour: brightest ?? null };
}
