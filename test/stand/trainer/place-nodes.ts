import { initialResNet18, PLAIN_TRAINING } from '@edgeloop/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { encodeModel } from '../../../onnx/src/protobuf/encode.ts';
import { resnet18Network } from '../../../onnx/src/training/resnet18-network.ts';
import { batchModel } from '../../../onnx/src/training/step-graph.ts';

/**
 * Loads a training step on WebGPU as training does, and lets the runtime tell on stderr which
 * provider got which node.
 */
const options = {
  ...PLAIN_TRAINING,
  size: 32,
  classes: 3,
  batch: 4,
  threads: 1,
  init: initialResNet18({ classes: 3, seed: 1 }),
  provider: 'webgpu' as const,
  ...JSON.parse(process.argv[2] ?? '{}'),
};
await InferenceSession.create(encodeModel(batchModel(resnet18Network(options), options)), {
  executionProviders: ['webgpu', 'cpu'],
  graphOptimizationLevel: 'all',
  logSeverityLevel: 0,
});
