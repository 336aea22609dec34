import type { Size } from '@edgeloop/protocol';

const SOS = 0xda;
const APP1 = 0xe1;
/** DHT, JPG and DAC lie among the numbers of the frame headers. */
const NO_FRAME: readonly number[] = [0xc4, 0xc8, 0xcc];
const EXIF = [...Buffer.from('Exif')];

/**
 * Width and height by a JPEG's frame header (ITU-T T.81, B.2.2): what a decoder would be opened
 * for. Null: it is no JPEG, it may say how it is to be turned, or its height follows its lines;
 * then ask the decoder.
 */
export function jpegSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length; at += 2 + view.getUint16(at + 2)) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    const ofExif = marker === APP1 && EXIF.every((letter, i) => bytes[at + 4 + i] === letter);
    if (ofExif || marker === SOS) return null;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.includes(marker)) {
      const size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
      return size.height > 0 && size.width > 0 ? size : null;
    }
  }
  return null;
}
