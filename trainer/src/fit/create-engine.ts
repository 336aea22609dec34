import { OnnxTrainingEngine, type TrainingEngine, type TrainingOptions } from '@edgeloop/onnx';
import { TensorFlowTrainingEngine } from '../tensorflow/tensorflow-training-engine.ts';

/** What can train: ONNX Runtime, and TensorFlow.js as its witness (ADR 9). */
export const ENGINES = ['onnx', 'tfjs'] as const;

export type EngineKind = (typeof ENGINES)[number];

const CONSTRUCTORS = { onnx: OnnxTrainingEngine, tfjs: TensorFlowTrainingEngine } as const;

export function createEngine(kind: EngineKind, options: TrainingOptions): TrainingEngine {
  return new CONSTRUCTORS[kind](options);
}
