export { exportResNet18 } from './architecture/export-resnet18.ts';
export { initialResNet18 } from './architecture/initial-resnet18.ts';
export {
  type ConvolutionSpec,
  resnet18,
  SIDE_MULTIPLE,
  stageOf,
} from './architecture/resnet18.ts';
export {
  type FloatTensor,
  requireTensor,
  resnet18Convolutions,
  type Weights,
} from './architecture/weights.ts';
export { OnnxError } from './errors.ts';
export { type Head, readHead } from './head/read-head.ts';
export { replaceHead } from './head/replace-head.ts';
export { BATCH_NORM_EPSILON } from './operators/batch-norm.ts';
export { checkGolden, type DecodeCrop } from './package/check-golden.ts';
export { type LoadedPackage, loadPackage, packageDigest } from './package/load-package.ts';
export {
  type ChildEnd,
  ChildError,
  ChildProcess,
  childModule,
  NOT_BEGUN,
} from './process/child-process.ts';
export { serveRequests } from './process/child-requests.ts';
export { decodeModel } from './protobuf/decode.ts';
export { encodeModel } from './protobuf/encode.ts';
export { AttributeType, DataType } from './protobuf/model.ts';
export { CALIBRATION_METHODS, type CalibrationMethod } from './quantize/calibrate/calibrate.ts';
export { type Classifier, readClassifier } from './quantize/classifier.ts';
export { evenlySpaced } from './quantize/evenly-spaced.ts';
export {
  type QuantizationOptions,
  type QuantizationReport,
  type QuantizedModel,
  quantize,
} from './quantize/quantize.ts';
export { runtimeVersion } from './runtime-version.ts';
export { type ChosenProvider, chooseProvider } from './session/choose-provider.ts';
export type { InferenceResult, Pictures } from './session/inference-messages.ts';
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
export { ChildTrainingEngine } from './training/child-training-engine.ts';
export {
  type KernelPlan,
  type Optimizer,
  PLAIN_TRAINING,
  type StepResults,
  type TrainingBatches,
  type TrainingEngine,
  type TrainingOptions,
} from './training/engine.ts';
export type { KernelOptions } from './training/fastest-forms.ts';
export { measureKernels } from './training/measure-kernels.ts';
export { OnnxTrainingEngine } from './training/onnx-training-engine.ts';
export { type LoadedTraining, serveTraining } from './training/serve-training.ts';
export type { ExpectedInterface } from './untrusted/check-interface.ts';
export { checkUntrustedModel } from './untrusted/check-untrusted-model.ts';
export { type AdoptedWeights, adoptResNet18 } from './weights/adopt-resnet18.ts';
export { readWeightTensors } from './weights/read-weight-tensors.ts';
export { decodeSafetensors, encodeSafetensors } from './weights/safetensors.ts';
export { safetensorsMetadata } from './weights/safetensors-metadata.ts';
export { saveSafetensors } from './weights/save-safetensors.ts';
