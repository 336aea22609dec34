import { serveTraining } from '@edgeloop/onnx';
import { TensorFlowTraining } from './tensorflow-training.ts';

serveTraining((options) => TensorFlowTraining.load(options));
