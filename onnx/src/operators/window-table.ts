/** A square window that slides over square pictures. */
export interface Window {
  readonly pictures: number;
  /** Pixels of the input's side. */
  readonly side: number;
  readonly kernel: number;
  readonly stride: number;
  /**
   * Zeros before the first row and column; after the last there are as many as `outputSide` asks
   * for.
   */
  readonly padding: number;
  readonly outputSide: number;
}

export function slidingWindow(
  pictures: number,
  side: number,
  kernel: number,
  stride: number,
  padding: number,
): Window {
  const outputSide = Math.floor((side + 2 * padding - kernel) / stride) + 1;
  return { pictures, side, kernel, stride, padding, outputSide };
}

/** Distinguishes tables: equal windows have equal keys. */
export function windowKey(w: Window): string {
  return [w.pictures, w.side, w.kernel, w.stride, w.padding, w.outputSide].join();
}

/**
 * im2col as indices: `int32[pictures · outputSide², kernel²]`, for each place of the window the
 * input rows that it covers, plus one. 0 stands for the padding: row 0 of the matrix that is
 * gathered from is all zero.
 */
export function inputOfOutput(w: Window): Int32Array {
  const taps = w.kernel * w.kernel;
  const table = new Int32Array(w.pictures * w.outputSide ** 2 * taps);
  forEachTap(w, (output, tap, input) => {
    table[output * taps + tap] = input + 1;
  });
  return table;
}

/**
 * The reverse: for each input row the `(place, tap)` pairs that cover it, as `place · kernel² + tap
 * + 1`: `int32[most, pictures · side²]`, filled up with 0. `most` is how many any input row has at
 * most: 9 for a 3×3 window of stride 1, 4 of stride 2. What is gathered by it is summed over the
 * first axis, which is several times as fast as over one between others.
 */
export function outputsOfInput(w: Window): Int32Array {
  const taps = w.kernel * w.kernel;
  const counts = new Int32Array(w.pictures * w.side ** 2);
  forEachTap(w, (_output, _tap, input) => {
    counts[input] = (counts[input] as number) + 1;
  });
  const rows = counts.length;
  const table = new Int32Array(rows * counts.reduce((most, count) => Math.max(most, count), 1));
  counts.fill(0);
  forEachTap(w, (output, tap, input) => {
    const count = counts[input] as number;
    table[count * rows + input] = output * taps + tap + 1;
    counts[input] = count + 1;
  });
  return table;
}

/**
 * Stride 1 only: for each input row the place that covers it with each tap, plus one, 0 for none:
 * `int32[pictures · side², kernel²]`. The gradient to the input is a convolution with this table
 * and the flipped kernel.
 */
export function outputOfInputByTap(w: Window): Int32Array {
  const taps = w.kernel * w.kernel;
  const table = new Int32Array(w.pictures * w.side ** 2 * taps);
  forEachTap(w, (output, tap, input) => {
    table[input * taps + tap] = output + 1;
  });
  return table;
}

function forEachTap(w: Window, visit: (output: number, tap: number, input: number) => void): void {
  let output = 0;
  for (let n = 0; n < w.pictures; n++) {
    for (let oy = 0; oy < w.outputSide; oy++) {
      for (let ox = 0; ox < w.outputSide; ox++, output++) {
        for (let ky = 0, tap = 0; ky < w.kernel; ky++) {
          const y = oy * w.stride - w.padding + ky;
          for (let kx = 0; kx < w.kernel; kx++, tap++) {
            const x = ox * w.stride - w.padding + kx;
            if (y < 0 || y >= w.side || x < 0 || x >= w.side) continue;
            visit(output, tap, (n * w.side + y) * w.side + x);
          }
        }
      }
    }
  }
}
