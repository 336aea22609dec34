import type { Size } from '@edgeloop/protocol';

const SOS = 0xda;
const APP1 = 0xe1;
/** DHT, JPG and DAC lie among the numbers of the frame headers. */
const NO_FRAME: readonly number[] = [0xc4, 0xc8, 0xcc];
const EXIF = [...Buffer.from('Exif')];

/**
 * Width and height by a JPEG's frame header (ITU-T T.81, B.2.2): what a decoder would be opened
 * for. Null: it is no JPEG, it may say how it is to be turned, its height follows its lines, or it
 * has what few do; then ask the decoder.
 */
export function jpegSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let size: Size | null = null;
  for (let at = 2; at + 9 <= bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff || isAlone(marker) || isExif(bytes, at)) return null;
    // Behind the frame, too, it may say how it is to be turned: until its first scan.
    if (marker === SOS) return size;
    if (!isFrame(marker)) continue;
    size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (size.height === 0 || size.width === 0) return null;
  }
  return null;
}

/** Whether no length follows: of a fill byte, TEM, RST, SOI and EOI. */
const isAlone = (marker: number) =>
  marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);

const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.includes(marker);

const isExif = (bytes: Uint8Array, at: number) =>
  bytes[at + 1] === APP1 && EXIF.every((letter, i) => bytes[at + 4 + i] === letter);
