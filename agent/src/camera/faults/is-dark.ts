import type { RawImage } from '@edgeloop/imaging';

/** Of 255: a sensor's noise stays below it, and what a lamp or a window lights does not. */
const BRIGHT = 32;
/** Of the pixels that are looked at: a few that are always bright are the sensor's own. */
const MOST_BRIGHT = 0.01;
const LOOKED_AT = 4096;

/**
 * Whether nothing is to be seen: of some pixels, evenly spread, hardly any is brighter than the
 * noise of a sensor.
 */
export function isDark({ data, width, height }: RawImage): boolean {
  const pixels = width * height;
  // Odd, so that it does not walk down one column.
  const step = Math.max(1, Math.floor(pixels / LOOKED_AT)) | 1;
  let looked = 0;
  let bright = 0;
  for (let i = 0; i < pixels; i += step) {
    const at = 3 * i;
    looked += 1;
    const lights = [data[at], data[at + 1], data[at + 2]] as [number, number, number];
    if (Math.max(...lights) > BRIGHT) bright += 1;
  }
  return bright <= MOST_BRIGHT * looked;
}
