import { type ConvolutionSpec, stageOf } from '../architecture/resnet18.ts';
import { resnet18Convolutions } from '../architecture/weights.ts';
import { slidingWindow, type Window } from '../operators/window-table.ts';
import { type LayoutChoice, layoutOf } from './layouts.ts';
import { isStem } from './weight-layout.ts';

/** A convolution of the training step, as the form that computes it sees it. */
export interface LaidOutConvolution {
  readonly name: string;
  readonly window: Window;
  readonly channels: { readonly in: number; readonly out: number };
  /** Parts that the batch goes through it in. */
  readonly parts: number;
}

export interface LaidOutBatch extends LayoutChoice {
  readonly size: number;
  readonly batch: number;
}

/** Every convolution of ResNet18's training step, in the order of the forward pass. */
export function layOutConvolutions(of: LaidOutBatch): LaidOutConvolution[] {
  const { size, batch } = of;
  return resnet18Convolutions().map((spec) => {
    const stage = stageOf(spec);
    const pictures = picturesOfPart(of, stage);
    const side = isStem(spec) ? size / 2 : (size / 2 ** (stage + 1)) * spec.stride;
    const channels = { in: isStem(spec) ? 12 : spec.inChannels, out: spec.outChannels };
    const window = windowOf(spec, pictures, side);
    return { name: spec.name, window, channels, parts: batch / pictures };
  });
}

/**
 * Pictures that go through a stage together: as many as divide the batch and have columns within
 * the layout's bound. Each stage has half the columns of the one before, so that its parts are
 * those of the one before, joined.
 */
export function picturesOfPart({ size, batch, ...choice }: LaidOutBatch, stage: number): number {
  const { partBytes } = layoutOf(choice);
  const columnBytes = (of: number) => (of === 0 ? 192 : 288 / 2 ** of) * size ** 2;
  let pictures = 1;
  for (let of = 0; of <= stage; of++) {
    for (let more = batch; more > pictures; more--) {
      if (batch % more > 0 || more % pictures > 0 || more * columnBytes(of) > partBytes) continue;
      pictures = more;
      break;
    }
  }
  return pictures;
}

function windowOf(spec: ConvolutionSpec, pictures: number, side: number): Window {
  if (!isStem(spec)) return slidingWindow(pictures, side, spec.kernel, spec.stride, spec.padding);
  // Over blocks of 2×2 pixels: 4×4, two blocks of padding before, one after.
  return { pictures, side, kernel: 4, stride: 1, padding: 2, outputSide: side };
}
