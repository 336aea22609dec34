import type { TensorPlan } from '@edgeloop/protocol';

/** Pictures, and how they lie in the tensor of the model that is to see them. */
export interface Pictures {
  /** Each `uint8[size, size, 3]`, RGB. */
  readonly crops: readonly Uint8Array[];
  readonly size: number;
  readonly plan: TensorPlan;
}

export interface InferenceResult {
  /** By name; `logits: [N, classes]`, `embedding: [N, 512]`, and no others. */
  readonly outputs: Readonly<Record<string, { dims: readonly number[]; data: Float32Array }>>;
  /** Time within the runtime. */
  readonly inferenceMillis: number;
}

/**
 * Announces pictures: their bytes come behind it, one after another; the child writes the tensor.
 */
export interface PicturesRequest {
  readonly count: number;
  readonly size: number;
  readonly plan: TensorPlan;
}

/** What the inference process is asked. */
export type InferenceRequest =
  | { readonly kind: 'load'; readonly modelPath: string; readonly threads: number }
  | ({ readonly kind: 'run' } & PicturesRequest);
