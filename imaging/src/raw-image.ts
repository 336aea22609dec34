/** A picture as bytes: `uint8[height, width, 3]`, RGB. */
export interface RawImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The same without colours: `uint8[height, width]`. */
export interface GreyImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
