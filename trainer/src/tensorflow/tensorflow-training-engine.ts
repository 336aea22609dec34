import { ChildTrainingEngine, childModule, type TrainingOptions } from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';

/**
 * Trains on TensorFlow.js, whichever is installed (ADR 9). `provider` and `threads` are left to it:
 * the native ones take what the machine has, the plain one is one thread.
 */
export class TensorFlowTrainingEngine extends ChildTrainingEngine {
  readonly #options: Pick<TrainingOptions, 'quantizationAware' | 'network'>;

  constructor(options: TrainingOptions) {
    super(childModule('tensorflow-child', import.meta.url), options);
    this.#options = options;
  }

  /**
   * @throws TrainerError `OPTION_INVALID`; OnnxError `PROVIDER_MISSING` when no TensorFlow.js is
   * installed.
   */
  override async start(): Promise<void> {
    const { quantizationAware, network } = this.#options;
    if (network === 'head change') {
      throw new TrainerError(
        'OPTION_INVALID',
        'Expected a whole network or its last layer for the engine tfjs, received what changes a last layer. Use the engine onnx.',
      );
    }
    if (quantizationAware) {
      throw new TrainerError(
        'OPTION_INVALID',
        'Expected training in plain floats for the engine tfjs, received quantization-aware training. Use the engine onnx.',
      );
    }
    await super.start();
  }
}
