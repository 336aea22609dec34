import { decodeCrop, ImagingError } from '@edgeloop/imaging';
import { type CropAnswer, type CropRequest, serveRequests } from '@edgeloop/onnx/vetting';

serveRequests((request) => crop(request as CropRequest));

async function crop({ bytes, plan }: CropRequest): Promise<CropAnswer> {
  try {
    return { crop: await decodeCrop(bytes, plan) };
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error;
    return { unreadable: `Of a golden picture: ${error.message}` };
  }
}
