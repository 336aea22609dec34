import { decodeCrop, ImagingError } from '@edgeloop/imaging';
import {
  type CropAnswer,
  type CropRequest,
  readBytes,
  serveBlocking,
} from '@edgeloop/onnx/vetting';

await serveBlocking((request) => crop(request as CropRequest));

async function crop({ byteLength, plan }: CropRequest): Promise<CropAnswer> {
  const bytes = new Uint8Array(byteLength);
  readBytes(bytes);
  try {
    const crop = await decodeCrop(bytes, plan);
    // Not a Buffer, which has a JSON of its own.
    return { crop: new Uint8Array(crop.buffer, crop.byteOffset, crop.byteLength) };
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error;
    return { unreadable: `Of a golden picture: ${error.message}` };
  }
}
