export { exportResNet18 } from './architecture/export-resnet18.ts';
export { SIDE_MULTIPLE } from './architecture/resnet18.ts';
export { type FloatTensor, initialResNet18, type Weights } from './architecture/weights.ts';
export { OnnxError } from './errors.ts';
export { checkGolden, type DecodeCrop } from './package/check-golden.ts';
export { type LoadedPackage, loadPackage } from './package/load-package.ts';
export { decodeModel } from './protobuf/decode.ts';
export { encodeModel } from './protobuf/encode.ts';
export { AttributeType, DataType } from './protobuf/model.ts';
export { CALIBRATION_METHODS, type CalibrationMethod } from './quantize/calibrate.ts';
export { type Classifier, readClassifier } from './quantize/classifier.ts';
export {
  type QuantizationOptions,
  type QuantizationReport,
  type QuantizedModel,
  quantize,
} from './quantize/quantize.ts';
export { runtimeVersion } from './runtime-version.ts';
export { type ChosenProvider, chooseProvider } from './session/choose-provider.ts';
export type { InferenceResult, TensorInput } from './session/inference-messages.ts';
export { type InferenceOptions, InferenceProcess } from './session/inference-process.ts';
export {
  PRECISIONS,
  PROVIDER_CHOICES,
  type Precision,
  type Provider,
  type ProviderChoice,
} from './session/provider.ts';
export { runOverPictures } from './session/run-over-pictures.ts';
export { softmax } from './session/softmax.ts';
export {
  type Optimizer,
  PLAIN_TRAINING,
  type StepResults,
  type TrainingBatches,
  type TrainingEngine,
  type TrainingOptions,
} from './training/engine.ts';
export { OnnxTrainingEngine } from './training/onnx-training-engine.ts';
export { type AdoptedWeights, adoptResNet18 } from './weights/adopt-resnet18.ts';
export { decodeSafetensors } from './weights/safetensors.ts';
