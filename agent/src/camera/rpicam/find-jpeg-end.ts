const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;

/** RST0 to RST7: within a scan, without a length. */
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;

/** So far a picture was looked through, when no more of it was there. */
export interface JpegPlace {
  readonly at: number;
  /** Among the entropy-coded bytes of a scan. */
  readonly inScan: boolean;
}

const BEGIN: JpegPlace = { at: 0, inScan: false };

/**
 * Where the JPEG that the bytes begin with ends (ITU-T T.81, annex B): segments are passed over by
 * their length, so that a thumbnail within one ends nothing.
 * @param from Where it had to stop, with fewer of these bytes.
 * @returns a place to go on from where not all of it is there
 */
export function findJpegEnd(
  bytes: Uint8Array,
  from: JpegPlace = BEGIN,
): number | 'no JPEG' | JpegPlace {
  let { at, inScan } = from;
  for (;;) {
    if (inScan) {
      const next = findMarker(bytes, at);
      if (!next.found) return { at: next.at, inScan };
      at = next.at;
      inScan = false;
    }
    if (at + 2 > bytes.length) return { at, inScan };
    if (bytes[at] !== 0xff) return 'no JPEG';
    const marker = bytes[at + 1] as number;
    if (at === 0) {
      if (marker !== SOI) return 'no JPEG';
      at = 2;
      continue;
    }
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
    if (at + 4 > bytes.length) return { at, inScan };
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    if (length < 2) return 'no JPEG';
    at += 2 + length;
    inScan = marker === SOS;
  }
}

/**
 * The first marker after the entropy-coded bytes of a scan, in which 0xff is followed by 0 or a
 * restart.
 */
function findMarker(bytes: Uint8Array, from: number): { at: number; found: boolean } {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at)) {
    const next = bytes[at + 1];
    if (next === undefined) return { at, found: false };
    if (next !== 0 && !isRestart(next)) return { at, found: true };
    at += 2;
  }
  return { at: Math.max(from, bytes.length), found: false };
}
