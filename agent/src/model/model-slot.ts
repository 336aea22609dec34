import { cropFrame, decodeCrop } from '@edgeloop/imaging';
import {
  checkGolden,
  InferenceProcess,
  type LoadedPackage,
  OnnxError,
  softmax,
} from '@edgeloop/onnx';
import { type Millis, type ServedModel, type SlotId, servedModel } from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';

export interface ModelSlotOptions {
  readonly id: SlotId;
  readonly loaded: LoadedPackage;
  readonly threads: number;
  readonly deadline: Millis;
  /** Its process has what others leave of the processor. */
  readonly background?: boolean;
}

/** What a model says of one crop. */
export interface Classification {
  readonly scores: readonly number[];
  /** `float32[512]`, of our own models. */
  readonly embedding: Float32Array | null;
  readonly inferenceMillis: number;
}

/**
 * The model that a slot serves, in its own process. Cameras that share it take turns: each has two
 * frames in it at most, the one that it looks at and the next.
 */
export class ModelSlot {
  readonly id: SlotId;
  readonly loaded: LoadedPackage;
  readonly #session: InferenceProcess;
  #classified = 0;
  #failed = 0;

  constructor({ id, loaded, ...options }: ModelSlotOptions) {
    this.id = id;
    this.loaded = loaded;
    this.#session = new InferenceProcess({ modelPath: loaded.modelPath, ...options });
  }

  /** What it is counted as. */
  get served(): ServedModel {
    return servedModel(this.loaded.digest, this.loaded.head);
  }

  /** Crops that got scores. */
  get classified(): number {
    return this.#classified;
  }

  /** Crops whose inference failed, was late, or gave no numbers. */
  get failed(): number {
    return this.#failed;
  }

  /** How often the process had to be started again. */
  get restarts(): number {
    return this.#session.restarts;
  }

  /**
   * Starts the process and runs the package's golden cases in it.
   * @throws OnnxError the runtime can't load the model; ProtocolError `PACKAGE_GOLDEN_FAILED`
   */
  async start(): Promise<void> {
    await this.#session.start();
    try {
      await checkGolden(this.loaded, this.#session, decodeCrop);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** @throws ImagingError `IMAGE_UNREADABLE` */
  crop({ image }: Frame): Promise<Uint8Array> {
    const { cropPlan } = this.loaded;
    return image.kind === 'raw' ? cropFrame(image, cropPlan) : decodeCrop(image.bytes, cropPlan);
  }

  /**
   * Softmax scores of one crop, in the order of the classes, and the embedding where the model has
   * one.
   * @throws OnnxError `SESSION_DEADLINE`, `SESSION_FAILED`: the next call may succeed. So does a
   * model that answers with what is no number: nobody could compare it with a threshold, nor store
   * it
   */
  async classify(crop: Uint8Array): Promise<Classification> {
    const { tensorPlan, cropPlan } = this.loaded;
    const pictures = { crops: [crop], size: cropPlan.crop, plan: tensorPlan };
    try {
      const { outputs, inferenceMillis } = await this.#session.run(pictures);
      const logits = outputs.logits?.data ?? [];
      const scores = softmax(logits);
      if (!scores.every(Number.isFinite)) throw this.#noNumbers(logits);
      this.#classified += 1;
      return { scores, embedding: outputs.embedding?.data ?? null, inferenceMillis };
    } catch (error) {
      this.#failed += 1;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #noNumbers(logits: ArrayLike<number>): OnnxError {
    const received = Array.from(logits).slice(0, 8).join(', ');
    const message = `Expected numbers as logits of ${this.loaded.digest}, received ${received}. The model is not fit for this picture: take another.`;
    return new OnnxError('SESSION_FAILED', message);
  }
}
