import type { Window } from './window-table.ts';

/** Outputs of a tile's side. */
export const OUTPUTS = 2;
/** Inputs of a tile's side that a 3×3 window reaches from them. */
const INPUTS = 4;

/** Tiles of 2×2 outputs that cover the pictures of a window; the last may reach over the edge. */
export function tilesOf({ pictures, outputSide }: Window): number {
  return pictures * Math.ceil(outputSide / OUTPUTS) ** 2;
}

/**
 * In each of `bands` bands of tiles that follow one another, for each of the 16 places of a tile, and
 * each tile, the input row there, plus one: `int32[bands, 16, tiles / bands]`. 0 stands for the
 * padding: row 0 of the matrix that is gathered from is all zero.
 */
export function inputOfTile(w: Window, bands: number): Int32Array {
  return rowsOfTile(w, bands, { side: w.side, places: INPUTS, before: w.padding });
}

/**
 * The same for the 4 outputs of a tile: `int32[bands, 4, tiles / bands]`. 0: beyond the edge, where
 * the side is odd.
 */
export function outputOfTile(w: Window, bands: number): Int32Array {
  return rowsOfTile(w, bands, { side: w.outputSide, places: OUTPUTS, before: 0 });
}

/**
 * For each output row where it stands among `[bands · 4 · tiles / bands]`: `int32[pictures ·
 * outputSide²]`.
 */
export function tileOfOutput(w: Window, bands: number): Int32Array {
  const table = new Int32Array(w.pictures * w.outputSide ** 2);
  outputOfTile(w, bands).forEach((output, place) => {
    if (output > 0) table[output - 1] = place;
  });
  return table;
}

function rowsOfTile(
  { pictures, outputSide }: Window,
  bands: number,
  { side, places, before }: { side: number; places: number; before: number },
): Int32Array {
  const across = Math.ceil(outputSide / OUTPUTS);
  const tiles = pictures * across ** 2;
  const each = tiles / bands;
  const table = new Int32Array(places ** 2 * tiles);
  for (let place = 0; place < places ** 2; place++) {
    for (let tile = 0; tile < tiles; tile++) {
      const [picture, within] = [Math.floor(tile / across ** 2), tile % across ** 2];
      const row = OUTPUTS * Math.floor(within / across) + Math.floor(place / places) - before;
      const column = OUTPUTS * (within % across) + (place % places) - before;
      const inside = Math.min(row, column) >= 0 && Math.max(row, column) < side;
      const band = Math.floor(tile / each);
      const at = (band * places ** 2 + place) * each + (tile % each);
      table[at] = inside ? (picture * side + row) * side + column + 1 : 0;
    }
  }
  return table;
}
