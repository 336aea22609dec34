import { decodeCrop, ImagingError, pictureTypeOf } from '@edgeloop/imaging';
import { type CropAnswer, type CropRequest, serveRequests } from '@edgeloop/onnx/vetting';

serveRequests((request) => crop(request as CropRequest));

async function crop({ bytes, plan }: CropRequest): Promise<CropAnswer> {
  if (!pictureTypeOf(bytes)) {
    return {
      unreadable: 'Expected golden pictures of JPEG, PNG or WebP, received something else.',
    };
  }
  try {
    return { crop: await decodeCrop(bytes, plan) };
  } catch (error) {
    if (!(error instanceof ImagingError)) throw error;
    return { unreadable: error.message };
  }
}
