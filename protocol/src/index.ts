export { EdgeloopError, ProtocolError } from './errors.ts';
export { type Box, cropGeometry, type Size } from './preprocess/geometry.ts';
export {
  CropPlan,
  evaluationCrop,
  IMAGENET_MEAN,
  IMAGENET_STD,
  TensorPlan,
} from './preprocess/plan.ts';
export { allocateTensor, tensorLength, tensorShape, writeTensor } from './preprocess/tensor.ts';
