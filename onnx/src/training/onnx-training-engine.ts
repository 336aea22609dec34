import { childModule } from '../process/child-process.ts';
import { ChildTrainingEngine } from './child-training-engine.ts';
import type { TrainingOptions } from './engine.ts';

/** Trains on ONNX Runtime. */
export class OnnxTrainingEngine extends ChildTrainingEngine {
  constructor(options: TrainingOptions) {
    super(childModule('training-child', import.meta.url), options);
  }
}
