import { OnnxError } from '../../errors.ts';
import { decodeModel } from '../../protobuf/decode.ts';
import { encodeModel } from '../../protobuf/encode.ts';
import { DataType, type GraphProto } from '../../protobuf/model.ts';
import { blockPixels } from './block-pixels.ts';
import type { ProcessorForms } from './processor-forms.ts';
import { tileConvolutions } from './tile-convolutions.ts';

export interface ArrangedModel {
  readonly bytes: Uint8Array;
  /** Its input is to be written by `writeBlocks`. */
  readonly blocks: boolean;
}

/** More than any model of ours has outside of raw data. */
const MAX_VALUES = 500_000;

/**
 * An INT8 model of our own quantizer in the form that is quickest on this processor; the same whole
 * numbers are multiplied and added, so that it gives the same outputs to the last bit. Null: it is
 * best as it is, or it is not one of ours.
 */
export function arrangeModel(bytes: Uint8Array, forms: ProcessorForms): ArrangedModel | null {
  if (!forms.blocks && !forms.tiles) return null;
  const model = decoded(bytes);
  const { graph } = model ?? {};
  if (model?.producerName !== 'edgeloop' || !graph || !takesPixels(graph)) return null;
  const tiled = forms.tiles && tileConvolutions(graph);
  const blocks = forms.blocks && blockPixels(graph);
  return tiled || blocks ? { bytes: encodeModel(model), blocks } : null;
}

/** What we can't read in full is left to the runtime. */
function decoded(bytes: Uint8Array) {
  try {
    return decodeModel(bytes, { maxValues: MAX_VALUES });
  } catch (error) {
    if (error instanceof OnnxError) return null;
    throw error;
  }
}

function takesPixels({ input }: GraphProto): boolean {
  return input?.length === 1 && input[0]?.type?.tensorType?.elemType === DataType.UINT8;
}
