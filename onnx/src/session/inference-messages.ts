import type { TensorPlan } from '@edgeloop/protocol';

/** Pictures, and how they lie in the tensor of the model that is to see them. */
export interface Pictures {
  /** Each `uint8[size, size, 3]`, RGB. */
  readonly crops: readonly Uint8Array[];
  readonly size: number;
  readonly plan: TensorPlan;
}

export interface InferenceResult {
  /** By name; `logits: [N, classes]`, `embedding: [N, 512]`. */
  readonly outputs: Readonly<Record<string, { dims: readonly number[]; data: Float32Array }>>;
  /** Time within the runtime. */
  readonly inferenceMillis: number;
}

/** What the inference process is asked. */
export type InferenceRequest =
  | { readonly kind: 'load'; readonly modelPath: string; readonly threads: number }
  /** The pictures' bytes come on the pipe for them, one after another; the child writes the tensor. */
  | {
      readonly kind: 'run';
      readonly count: number;
      readonly size: number;
      readonly plan: TensorPlan;
    };
