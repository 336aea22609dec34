const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;

/** RST0 to RST7: within a scan, without a length. */
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;

/**
 * Where the JPEG that the bytes begin with ends (ITU-T T.81, annex B): segments are passed over by their length, so that a
 * thumbnail within one ends nothing. Null: not all of it is there.
 */
export function findJpegEnd(bytes: Uint8Array): number | 'no JPEG' | null {
  if (bytes.length < 2) return null;
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return 'no JPEG';
  let at = 2;
  for (;;) {
    if (at + 2 > bytes.length) return null;
    if (bytes[at] !== 0xff) return 'no JPEG';
    const marker = bytes[at + 1] as number;
    if (marker === EOI) return at + 2;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === TEM || isRestart(marker)) {
      at += 2;
      continue;
    }
    if (at + 4 > bytes.length) return null;
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    if (length < 2) return 'no JPEG';
    at += 2 + length;
    if (marker !== SOS) continue;
    const next = findMarker(bytes, at);
    if (next === null) return null;
    at = next;
  }
}

/** The first marker after the entropy-coded bytes of a scan, in which 0xff is followed by 0 or a restart. */
function findMarker(bytes: Uint8Array, from: number): number | null {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at)) {
    const next = bytes[at + 1];
    if (next === undefined) return null;
    if (next !== 0 && !isRestart(next)) return at;
    at += 2;
  }
  return null;
}
