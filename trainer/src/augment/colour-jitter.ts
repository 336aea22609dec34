import type { ColourChange } from '@edgeloop/imaging';
import type { Random } from '@edgeloop/protocol';

/** As drawn for one picture: factors around 1, and an angle around 0 in radians. */
export interface Colours {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly hue: number;
}

/** Of the hue's full turn, at strength 1. */
const HUE_SHARE = 0.1;
const GREY = 128;
/** Shares of red, green and blue in the luma: ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * @param strength 0…1: factors from 1 − strength to 1 + strength, and a turn of the hue of at most
 * a tenth as much.
 */
export function drawColours(strength: number, random: Random): Colours {
  const factor = () => random.between(1 - strength, 1 + strength);
  const turn = 2 * Math.PI * HUE_SHARE * strength;
  return {
    brightness: factor(),
    contrast: factor(),
    saturation: factor(),
    hue: random.between(-turn, turn),
  };
}

/**
 * All four as one linear change of a pixel: contrast around middle grey, saturation towards the
 * luma, hue as a turn around the grey axis. Grey keeps its hue.
 */
export function colourChange({ brightness, contrast, saturation, hue }: Colours): ColourChange {
  return {
    matrix: product(turned(hue), saturated(saturation)),
    gain: brightness * contrast,
    offset: GREY * (1 - contrast),
  };
}

type Matrix = ColourChange['matrix'];

/** Rodrigues' rotation around (1, 1, 1). */
function turned(angle: number): Matrix {
  const share = (1 - Math.cos(angle)) / 3;
  const side = Math.sin(angle) / Math.sqrt(3);
  const [same, next, last] = [Math.cos(angle) + share, share - side, share + side];
  return [
    [same, next, last],
    [last, same, next],
    [next, last, same],
  ];
}

function saturated(saturation: number): Matrix {
  const [r, g, b] = LUMA.map((luma) => (1 - saturation) * luma) as [number, number, number];
  return [
    [r + saturation, g, b],
    [r, g + saturation, b],
    [r, g, b + saturation],
  ];
}

function product(a: Matrix, [red, green, blue]: Matrix): Matrix {
  const row = ([r, g, b]: Matrix[0]): Matrix[0] => [
    r * red[0] + g * green[0] + b * blue[0],
    r * red[1] + g * green[1] + b * blue[1],
    r * red[2] + g * green[2] + b * blue[2],
  ];
  return [row(a[0]), row(a[1]), row(a[2])];
}
